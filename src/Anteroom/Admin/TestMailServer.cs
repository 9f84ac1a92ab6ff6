using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Tries the mail server that is saved, with an email to the administrator who asks.</summary>
public sealed class TestMailServer(
    NpgsqlDataSource database,
    TryMailServer server,
    EmailWriter emails,
    AuditLog audit,
    IOptions<MailOptions> mail,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Takes at most <see cref="TryMailServer.Patience"/>.</summary>
    public async Task<MailTrial> RunAsync(CurrentUser by, CancellationToken cancellation)
    {
        string to;
        await using (var whose = database.CreateCommand("select email from users where id = $1"))
        {
            whose.Parameters.Add(Sql.Value(by.Id));
            to = (string)(await whose.ExecuteScalarAsync(cancellation))!;
        }

        var email = emails.Write(
            EmailKind.Test,
            new Mailbox(to, by.FullName, by.Language?.ToWire()),
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["firm"] = firm.Value.Name,
                ["name"] = by.FullName,
                ["link"] = $"{firm.Value.PublicUrl?.TrimEnd('/')}/admin",
            },
            Sql.Instant(time.GetUtcNow())
        );
        var trial = await server.RunAsync(
            new MailMessage
            {
                MessageId = email.MessageId,
                Date = email.CreatedAt,
                From = mail.Value.Sender,
                To = new Mailbox(to, by.FullName, by.Language?.ToWire()),
                Subject = email.Subject,
                Text = email.Text,
                Html = email.Html,
                Headers = [new("Auto-Submitted", "auto-generated")],
            },
            cancellation
        );
        await using var batch = database.CreateBatch();
        audit.Write(
            batch,
            AuditKind.SettingsChanged,
            trial.Problem is null ? "tested the mail server" : "tested the mail server, which did not take the email",
            by: by
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        return trial;
    }
}
