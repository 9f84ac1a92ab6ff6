using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Work;

namespace Anteroom.Tests.Web.Spanish;

public sealed partial class SpanishPagesTests
{
    /// <summary>Something of everything that the pages of queues and operations show; the id of an item of a queue.</summary>
    private static async Task<string> OperateAsync(AnteroomApp app)
    {
        var item = Guid.CreateVersion7().ToString();
        await app.ExecuteAsync(
            $$"""
            insert into nodes values
                (7, 'elsewhere', 12, 'worker', '1.2', now() - interval '1 hour', now() - interval '2 minutes', null, 1, 50, 100, 3);
            insert into work (id, kind, subject, state, attempts, next_attempt_at, last_error, created_at, finished_at, ran_on, tries) values
                ('{{item}}', 'read_resume', gen_random_uuid(), 'failed', 2, now(), 'The disk said no.', now(), now(), 7,
                    '[{"try": 1, "at": "2026-01-01T00:00:00Z", "node": 7, "error": "The disk said no."},
                      {"try": 2, "at": "2026-01-01T00:00:00Z", "node": 8, "error": "The disk said no."}]'),
                (gen_random_uuid(), 'scan_resume', gen_random_uuid(), 'queued', 1, now() - interval '5 minutes', 'The disk said no.', now(), null, 8, null),
                (gen_random_uuid(), 'import', gen_random_uuid(), 'done', 1, now(), null, now(), now(), null, null);
            insert into queue_controls (queue, kind, paused_at, paused_by, per_minute) values
                ('work', 'read_resume', now() - interval '2 days', 'Olivia Office', 30);
            insert into queue_acts
                (id, settlement, filter, words, asked_by, asked_by_name, asked_at, total, done, finished_at, stopped_by)
            select gen_random_uuid(), settlement,
                '{"Queue": "work.read_resume", "State": "failed", "Error": "disk", "From": "2026-01-01T00:00:00Z"}', '…', gen_random_uuid(),
                'Olivia Office', now(), 9, 3, finished, by
            from (values ('retry', null::timestamptz, null), ('discard', now(), null), ('retry', now(), 'Olivia Office')) acts (settlement, finished, by);
            insert into conditions (name, since, detail, advice, link) values
                ('job_failed@x', now(), '{{AlarmTexts.In(AlarmTexts.JobFailed, "System health", AlarmTexts.NoReason)}}',
                    '{{AlarmAdvice.RunAgain}}', '/admin/schedule');
            insert into past_conditions values
                (gen_random_uuid(), 'mail@x', now() - interval '3 days', now(), '{{AlarmTexts.In(
                AlarmTexts.NoMail,
                "elsewhere"
            )}}', true);
            insert into health_samples values
                (now(), 'elsewhere', 1, 600, 2, 3, 600, 0, 4, 600, 5000000, 6, 7000000000, 8000000, 9, 1),
                (now() - interval '1 minute', 'elsewhere', 1, 600, 2, 3, 600, 1, 4, 600, 5000000, 6, 7000000000, 8000000, 9, 1);
            insert into size_days values
                (current_date - 2, 5000000, 2000000, 3),
                (current_date, 6000000, 1000000, 2)
                on conflict do nothing;
            insert into error_groups values
                ('a', 'IOException', 'Disk.Write', 'Disk', 'The disk said no', 'at Disk.Write', 3, now(), now(), 'elsewhere', 'ab12', 'cd34'),
                ('b', '', '', 'Disk', 'The disk said no', null, 1, now(), now(), 'elsewhere', null, null);
            """
        );
        return item;
    }
}
