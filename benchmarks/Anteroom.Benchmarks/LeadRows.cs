using System.Globalization;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>Fills a database with leads as a firm has them: common and rare names, several ways of making an address, uneven statuses.</summary>
internal static class LeadRows
{
    private const string Fill = """
        select setseed(0.42);
        insert into users (id, full_name, role, created_at, user_name, normalized_user_name, email_confirmed,
            phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
        select gen_random_uuid(), 'Attorney ' || i, 'attorney', now(), 'attorney' || i, 'ATTORNEY' || i, false, false, false, true, 0
        from generate_series(1, 20) i;
        insert into leads (id, first_name, last_name, email, phone, practice_area, message, source, status, reached_out_by,
            reached_out_at, search_text, search_more, created_at, updated_at, assigned_to, assigned_at)
        select gen_random_uuid(), first, last, mail, '+1 202 555 0142', 'Immigration', repeat('I would like to know more. ', 4),
            'form', status, case when contacted then person end, case when contacted then born end,
            lower(first || ' ' || last || ' ' || mail), 'i would like to know more 2025550142 5550142', born, born, case when assigned then person end, case when assigned then born end
        from (
            select *, status in ('reached_out', 'consultation', 'retained') contacted, chance < 0.8 assigned,
                staff[1 + (chance * 1000)::int % 20] person,
                case when style < 0.5 then lower(first) || '.' || lower(last)
                    when style < 0.8 then lower(left(first, 1)) || lower(last)
                    else lower(last) || '_' || lower(first) end || i || '@' || domains[1 + (style * 9)::int] mail
            from (
                -- The powers make the first names of the lists the most frequent.
                select i, firsts[1 + floor(60 * power(random(), 1.7))::int] first,
                    lasts[1 + floor(100 * power(random(), 1.5))::int] last,
                    case when state < 0.30 then 'registered' when state < 0.55 then 'reached_out' when state < 0.65 then 'consultation'
                        when state < 0.70 then 'retained' when state < 0.995 then 'declined' else 'lost' end status,
                    random() style, random() chance, staff, domains,
                    timestamptz '2026-11-01' - interval '1 minute' * ($leads - i) as born
                from (select i, random() state from generate_series(1, $leads) i) numbers, (select
                    '{Mary,James,Maria,John,Patricia,Robert,Jennifer,Michael,Linda,David,Elizabeth,William,Barbara,Richard,Susan,
                    Joseph,Jessica,Thomas,Sarah,Carlos,Karen,Daniel,Lisa,Matthew,Nancy,Anthony,Betty,Mark,Sandra,Luis,Ashley,
                    Steven,Kimberly,Andrew,Emily,Paul,Donna,Joshua,Michelle,Kenneth,Carol,Wei,Amanda,Brian,Melissa,George,Deborah,
                    Mohammed,Stephanie,Ivan,Rebecca,Juan,Laura,Jason,Helen,Ryan,Sofia,Jacob,Xiomara,Quentin}'::text[] firsts,
                    '{Smith,Johnson,Williams,Brown,Jones,Garcia,Miller,Davis,Rodriguez,Martinez,Hernandez,Lopez,Gonzalez,Wilson,
                    Anderson,Thomas,Taylor,Moore,Jackson,Martin,Lee,Perez,Thompson,White,Harris,Sanchez,Clark,Ramirez,Lewis,
                    Robinson,Walker,Young,Allen,King,Wright,Scott,Torres,Nguyen,Hill,Flores,Green,Adams,Nelson,Baker,Hall,Rivera,
                    Campbell,Mitchell,Carter,Roberts,Gomez,Phillips,Evans,Turner,Diaz,Parker,Cruz,Edwards,Collins,Reyes,Stewart,
                    Morris,Morales,Murphy,Cook,Rogers,Gutierrez,Ortiz,Morgan,Cooper,Peterson,Bailey,Reed,Kelly,Howard,Ramos,Kim,
                    Cox,Ward,Richardson,Watson,Brooks,Chavez,Wood,James,Bennett,Gray,Mendoza,Ruiz,Hughes,Price,Alvarez,Castillo,
                    Sanders,Patel,Myers,Long,Ross,Foster,Zhang}'::text[] lasts,
                    '{gmail.com,gmail.com,gmail.com,yahoo.com,outlook.com,hotmail.com,icloud.com,aol.com,proton.example,mail.example}'::text[] domains,
                    (select array_agg(id) from users where role = 'attorney') staff) lists
                order by i) people) leads;
        insert into resumes (id, lead_id, file_name, type, bytes, sha256, storage_key)
        select gen_random_uuid(), id, 'resume.pdf', 'pdf', 51200, decode(md5(id::text) || md5(number::text), 'hex'),
            '2026/11/21/' || id || '.pdf' from leads;
        -- Of each tenth lead the resume has been read: 300 words of 20,000, some frequent, most rare.
        create temp table texts as
        select t, string_agg('w' || left(md5(floor(20000 * power(random(), 3))::int::text), 6), ' ') as text
        from generate_series(1, 2000) t, generate_series(1, 300) group by t;
        alter table resume_words disable trigger user;
        insert into resume_words (resume_id, text, words, read_at)
        select resumes.id, text, text, now()
        from resumes join leads on leads.id = lead_id join texts on t = 1 + number / 10 % 2000 where number % 10 = 0;
        alter table resume_words enable trigger user;
        update lead_search set words = all_words(id, search_text, search_more) from leads
        where leads.number = lead_search.number and leads.number % 10 = 0;
        """;

    private const string Indexes = """
        select string_agg('drop index ' || indexrelid::regclass, '; '), string_agg(pg_get_indexdef(indexrelid), '; ')
        from pg_index where indrelid in ('leads'::regclass, 'resumes'::regclass, 'lead_search'::regclass) and not indisunique
        """;

    /// <summary>Fills a migrated, empty database; indexes that hold nothing together are made at the end.</summary>
    public static async Task FillAsync(string connectionString, int leads, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await ExecuteAsync("set maintenance_work_mem = '512MB'; set synchronous_commit = off");
        string drop,
            create;
        await using (var command = new NpgsqlCommand(Indexes, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            (drop, create) = (reader.GetString(0), reader.GetString(1));
        }
        await ExecuteAsync(drop);
        await ExecuteAsync(
            Fill.Replace("$leads", leads.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        );
        await ExecuteAsync(create);
        await ExecuteAsync("vacuum analyze");
        await ExecuteAsync("checkpoint");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
