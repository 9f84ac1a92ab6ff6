-- Imports: leads of other systems and of files, each row with what became of it, so that an import can be looked at and taken back.

create table imports (
    id uuid not null constraint pk_imports primary key,
    kind text not null,
    -- The file's name, or that of the other system's database.
    name character varying(200) not null,
    -- SHA-256 of the file.
    sha256 bytea,
    state text not null,
    headers text[] not null default '{}',
    -- Which column is which field, and how rows are taken.
    choices jsonb not null default '{}',
    total integer not null default 0,
    -- Rows that the current step is done with.
    seen integer not null default 0,
    added integer not null default 0,
    updated integer not null default 0,
    skipped integer not null default 0,
    refused integer not null default 0,
    -- Taken back, and left as they were because somebody has worked on the lead.
    taken_back integer not null default 0,
    left_alone integer not null default 0,
    created_by uuid constraint fk_imports_users_created_by references users (id) on delete set null,
    created_by_name character varying(201) not null,
    created_at timestamp with time zone not null,
    written_at timestamp with time zone
);
create index ix_imports_created_at on imports (created_at);
create index ix_imports_created_by on imports (created_by);

create table import_rows (
    import_id uuid not null constraint fk_import_rows_imports_import_id references imports (id) on delete cascade,
    -- The line of the file, or the number in the other system.
    line bigint not null,
    -- As they stand in the file; gone once the row is written.
    cells text[],
    outcome text,
    reason text,
    -- What the row is compared by: address in small letters, phone number in E.164.
    email text,
    phone text,
    -- SHA-256 of what the row says, and that with how often the file has said it before: one lead for each.
    content bytea,
    key bytea,
    -- The number of the lead that is the same person.
    same_as bigint,
    lead_id uuid constraint fk_import_rows_leads_lead_id references leads (id) on delete cascade,
    -- What the lead was before it was updated.
    before jsonb,
    constraint pk_import_rows primary key (import_id, line)
);
create index ix_import_rows_lead_id on import_rows (lead_id);
create index ix_import_rows_outcome on import_rows (import_id, outcome, line);

create table import_presets (
    id uuid not null constraint pk_import_presets primary key,
    name character varying(60) not null,
    headers text[] not null default '{}',
    choices jsonb not null default '{}',
    created_at timestamp with time zone not null
);
create unique index ix_import_presets_name on import_presets (name);

-- Nobody has promised those of imported leads a first contact within five minutes: they count as leads, and not in how fast the firm is.

-- The functions are those of 0106.
create or replace function lead_days_added() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, count(*), count(reached_out_at),
        count(*) filter (where source <> 'import' and reached_out_at <= contact_due(created_at, contact_due_at)),
        count(*) filter (where source = 'import' or (reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at))),
        count(retained_at), false
    from added where deleted_at is null group by 1, 2, 3, 4;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), count(*), false
    from added where reached_out_at is not null and source <> 'import' and deleted_at is null group by 1, 2;
    -- One at a time; whoever finds somebody at it leaves it to them.
    if random() < 0.01 and pg_try_advisory_xact_lock(hashtext('lead_days')) then
        perform sum_up_lead_days();
    end if;
    return null;
end
$$;

create or replace function lead_days_changed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, sum(one), sum(reached), sum(in_time), sum(excused),
        sum(retained), false
    from (
        select created_at, status, source, assigned_to, one, case when reached_out_at is not null then one else 0 end reached,
            case when source <> 'import' and reached_out_at <= contact_due(created_at, contact_due_at) then one else 0 end in_time,
            case when source = 'import' or (reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at)) then one else 0 end excused,
            case when retained_at is not null then one else 0 end retained
        from (select *, -1 one from removed union all select *, 1 from added) both_sides where deleted_at is null
    ) changes
    group by 1, 2, 3, 4
    having sum(one) <> 0 or sum(reached) <> 0 or sum(in_time) <> 0 or sum(excused) <> 0 or sum(retained) <> 0;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), sum(one), false
    from (
        select created_at, reached_out_at, -1 one from removed where deleted_at is null and source <> 'import'
        union all select created_at, reached_out_at, 1 from added where deleted_at is null and source <> 'import'
    ) changes
    where reached_out_at is not null group by 1, 2 having sum(one) <> 0;
    if random() < 0.01 and pg_try_advisory_xact_lock(hashtext('lead_days')) then
        perform sum_up_lead_days();
    end if;
    return null;
end
$$;

create or replace function lead_days_removed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, -count(*), -count(reached_out_at),
        -count(*) filter (where source <> 'import' and reached_out_at <= contact_due(created_at, contact_due_at)),
        -count(*) filter (where source = 'import' or (reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at))),
        -count(retained_at), false
    from removed where deleted_at is null group by 1, 2, 3, 4;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), -count(*), false
    from removed where reached_out_at is not null and source <> 'import' and deleted_at is null group by 1, 2;
    return null;
end
$$;

create or replace function report_facts(text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz)
    returns table (fact text, at timestamptz, status text, source text, practice_area text, reached boolean, retained boolean,
        due boolean, in_time boolean, step integer)
    language sql immutable as $$
    values
        ('submitted', $4, $1, $2, $3, $5 is not null, $6 is not null,
            $2 <> 'import' and ($5 is not null or $7 is null or $7 > contact_due($4, $8)),
            $2 <> 'import' and coalesce($5 <= contact_due($4, $8), false), null::integer),
        ('contact', case when $2 <> 'import' then $5 end, null, null, null, null::boolean, null::boolean, null::boolean, null::boolean, contact_step($5 - $4)),
        ('retained', $6, null, null, null, null, null, null, null, null),
        ('closed', $7, $1, null, null, null, null, null, null, null)
$$;
