using Anteroom.Mail;

namespace Anteroom.Tests.Mail;

public sealed class MailOptionsTests
{
    private static string? Complaint(MailOptions options) =>
        new MailOptionsCheck().Validate(null, options).FailureMessage;

    [Fact]
    public void Nothing_set_is_fine_and_means_the_pickup_folder()
    {
        var options = new MailOptions();

        Assert.Null(Complaint(options));
        Assert.False(options.HasServer);
    }

    [Theory]
    [InlineData(null, false, 25)]
    [InlineData(null, true, 465)]
    [InlineData(587, true, 587)]
    public void The_port_follows_the_kind_of_TLS(int? port, bool ssl, int expected) =>
        Assert.Equal(expected, new MailOptions { Port = port, UseSsl = ssl }.ServerPort);

    [Theory]
    [InlineData("firm@example.com", null, "firm@example.com")]
    [InlineData("  The Firm <firm@example.com> ", "The Firm", "firm@example.com")]
    [InlineData("\"Dewey, \\\"D\\\" & Howe\" <firm@example.com>", "Dewey, \"D\" & Howe", "firm@example.com")]
    [InlineData("<firm@example.com>", null, "firm@example.com")]
    [InlineData("x\" <evil@x.y>, \"z <firm@example.com>", "x\" <evil@x.y>, \"z", "firm@example.com")]
    public void A_sender_is_read_as_people_write_it(string from, string? name, string address) =>
        Assert.Equal(new Mailbox(address, name), new MailOptions { From = from }.Sender);

    [Theory]
    [InlineData("")]
    [InlineData("The Firm")]
    [InlineData("The Firm <>")]
    [InlineData("firm@example.com>")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("firm@example.com\r\nBcc: x@y.z")]
    public void What_is_no_sender_is_refused(string from)
    {
        Assert.Contains("Mail:From", Complaint(new MailOptions { From = from }), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => new MailOptions { From = from }.Sender);
    }

    [Fact]
    public void Each_complaint_names_its_setting()
    {
        Dictionary<string, MailOptions> wrong = new()
        {
            ["Mail:UseTls"] = new()
            {
                Host = "h",
                UseTls = true,
                UseSsl = true,
            },
            ["Mail:Port"] = new() { Host = "h", Port = 70000 },
            ["Mail:Host"] = new() { Host = "smtp://h" },
            ["Mail:HelloName"] = new() { Host = "h", HelloName = "a b" },
            ["Mail:User"] = new() { Host = "localhost", Password = "x" },
            ["Mail:AccessToken"] = new()
            {
                Host = "localhost",
                User = "u",
                Password = "x",
                AccessToken = "y",
            },
            ["without a password"] = new() { Host = "localhost", User = "u" },
            ["Mail:AllowPlainTextPassword"] = new()
            {
                Host = "h",
                User = "u",
                Password = "x",
            },
            ["line break"] = new()
            {
                Host = "localhost",
                User = "u\n",
                Password = "x",
            },
            ["Mail:CommandTimeout"] = new() { CommandTimeout = TimeSpan.Zero },
            ["Mail:LongestRetry"] = new() { LongestRetry = TimeSpan.FromSeconds(1) },
            ["Mail:MaxAttempts"] = new() { MaxAttempts = 0 },
            ["Mail:Connections"] = new() { Connections = 0 },
            ["Mail:PickupFolder"] = new() { PickupFolder = "" },
        };

        Assert.All(wrong, pair => Assert.Contains(pair.Key, Complaint(pair.Value), StringComparison.Ordinal));
        Assert.All(wrong.Values, options => Assert.DoesNotContain("'x'", Complaint(options), StringComparison.Ordinal));
    }
}
