using Anteroom.Mail;
using Anteroom.Tests.Mail.Smtp;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Mail;

public sealed class PickupTransportTests : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("anteroom pickup ");

    private string Folder => Path.Combine(_temporary.FullName, "not yet", "mail");

    public void Dispose() => _temporary.Delete(recursive: true);

    private Task<IMailConnection> ConnectAsync() =>
        new PickupTransport(Options.Create(new MailOptions { PickupFolder = Folder })).ConnectAsync(
            Letters.Cancellation
        );

    [Fact]
    public async Task A_message_becomes_one_file_however_often_it_is_sent()
    {
        await using var line = await ConnectAsync();
        var message = Letters.To("дмитрий@пример.рф", "Дмитрий");

        await line.SendAsync(message, Letters.Cancellation);
        await line.SendAsync(message with { Subject = "Second try" }, Letters.Cancellation);

        var file = Assert.Single(Directory.GetFileSystemEntries(Folder));
        Assert.Equal(message.MessageId.Split('@')[0] + ".eml", Path.GetFileName(file));
        var read = new PlainReader(await File.ReadAllBytesAsync(file, Letters.Cancellation));
        Assert.Equal("Second try", read.Subject);
        Assert.Equal(("Дмитрий", "дмитрий@xn--e1afmkfd.xn--p1ai"), read.Mailbox("To"));
        Assert.True(line.IsUsable);
    }

    [Fact]
    public async Task What_a_crash_left_unfinished_is_overwritten()
    {
        await using var line = await ConnectAsync();
        var message = Letters.To("p@example.org");
        var name = PickupTransport.FileName(message.MessageId);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, $".{name}.tmp"),
            new string('x', 100_000),
            Letters.Cancellation
        );

        await line.SendAsync(message, Letters.Cancellation);

        var file = Assert.Single(Directory.GetFileSystemEntries(Folder));
        Assert.Equal(
            message.Text.ReplaceLineEndings("\r\n"),
            new PlainReader(await File.ReadAllBytesAsync(file, Letters.Cancellation)).Text
        );
    }

    [Theory]
    [InlineData("../../etc/passwd@x")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/abs@x")]
    [InlineData("C:\\x@y")]
    [InlineData("a\0b\r\n@x")]
    [InlineData("日本@x")]
    public async Task No_message_id_leads_out_of_the_folder(string messageId)
    {
        await using var line = await ConnectAsync();

        await line.SendAsync(Letters.To("p@example.org") with { MessageId = messageId }, Letters.Cancellation);

        var file = Assert.Single(Directory.GetFiles(_temporary.FullName, "*", SearchOption.AllDirectories));
        Assert.Equal(Folder, Path.GetDirectoryName(file));
        Assert.Matches("^[A-Za-z0-9_-]+[.]eml$", Path.GetFileName(file));
    }

    [Fact]
    public void Different_odd_ids_get_different_files() =>
        Assert.NotEqual(PickupTransport.FileName("a/b@x"), PickupTransport.FileName("a:b@x"));

    [Fact]
    public async Task A_folder_that_cannot_be_made_says_nothing_about_a_message()
    {
        await File.WriteAllTextAsync(Path.Combine(_temporary.FullName, "not yet"), "a file", Letters.Cancellation);

        var error = await Assert.ThrowsAsync<MailException>(ConnectAsync);

        Assert.True(error.IsConnectionFailure);
        Assert.False(error.IsPermanent);
    }

    [Fact]
    public async Task A_message_to_nobody_is_refused_for_good_and_leaves_no_file()
    {
        await using var line = await ConnectAsync();

        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("nobody"), Letters.Cancellation)
        );

        Assert.True(error.IsPermanent);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }
}
