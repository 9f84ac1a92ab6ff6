-- The list and the board: a trash for leads, orders and filters that an index carries, what each user has read, saved views, undo.

alter table leads
    -- In the trash since then: out of every list, count and search, and of everything that happens by itself.
    add column deleted_at timestamp with time zone,
    add column deleted_by uuid constraint fk_leads_users_deleted_by references users (id) on delete restrict;
create index ix_leads_deleted_at on leads (deleted_at) where deleted_at is not null;
create index ix_leads_deleted_by on leads (deleted_by) where deleted_by is not null;
-- Filters and orders of the list.
create index ix_leads_practice_area_number on leads (practice_area, number);
create index ix_leads_source_number on leads (source, number);
create index ix_leads_last_name_first_name_number on leads (last_name, first_name, number);
create index ix_leads_updated_at_number on leads (updated_at, number);
create index ix_leads_needs_call on leads (number) where needs_call;
create index ix_resumes_deleted on resumes (lead_id) where deleted_at is not null;

-- What is in the trash counts nowhere and is found nowhere.
create or replace function leads_added() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, count(*) from added where deleted_at is null group by status, assigned_to;
    insert into lead_words (word, number)
    select distinct left(word, 200), number from added, unnest(string_to_array(search_text, ' ')) word
    where word <> '' and deleted_at is null;
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create or replace function leads_changed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, sum(leads) from (
        select status, assigned_to, -1 leads from removed where deleted_at is null
        union all select status, assigned_to, 1 from added where deleted_at is null) changes
    group by status, assigned_to having sum(leads) <> 0;
    if exists (
        select from removed join added using (id)
        where (removed.search_text, removed.number, removed.deleted_at is null)
            <> (added.search_text, added.number, added.deleted_at is null)
    ) then
        delete from lead_words using removed, unnest(string_to_array(search_text, ' ')) gone
        where lead_words.word = left(gone, 200) and lead_words.number = removed.number;
        insert into lead_words (word, number)
        select distinct left(word, 200), number from added, unnest(string_to_array(search_text, ' ')) word
        where word <> '' and deleted_at is null;
    end if;
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create or replace function leads_removed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, -count(*) from removed where deleted_at is null group by status, assigned_to;
    delete from lead_words using removed, unnest(string_to_array(search_text, ' ')) gone
    where lead_words.word = left(gone, 200) and lead_words.number = removed.number;
    return null;
end
$$;

-- An attorney has room again when an open lead of theirs goes to the trash.
drop trigger attorneys_freed on leads;
create trigger attorneys_freed after update of status, assigned_to, deleted_at on leads
    for each row when (old.assigned_to is not null and (old.assigned_to is distinct from new.assigned_to
        or (old.deleted_at is null and new.deleted_at is not null)
        or (old.status in ('registered', 'reached_out', 'consultation') and new.status in ('retained', 'declined', 'lost'))))
    execute function release_waiting_leads();

-- An e-mail about a lead in the trash is not tried again, whoever asks for it.
create function keep_mail_of_trash() returns trigger language plpgsql as $$
begin
    if exists (select from leads where id = new.lead_id and deleted_at is not null) then
        new.state := 'cancelled';
        new.last_error := 'The lead is in the trash.';
    end if;
    return new;
end
$$;
create trigger emails_of_trash before update of state on emails
    for each row when (new.state = 'queued' and old.state <> 'queued' and new.lead_id is not null)
    execute function keep_mail_of_trash();

-- When each user last looked at a lead.
create table lead_reads (
    user_id uuid not null constraint fk_lead_reads_users_user_id references users (id) on delete cascade,
    lead_id uuid not null constraint fk_lead_reads_leads_lead_id references leads (id) on delete cascade,
    read_at timestamp with time zone not null,
    constraint pk_lead_reads primary key (user_id, lead_id)
);
create index ix_lead_reads_lead_id on lead_reads (lead_id);
create index ix_lead_reads_read_at on lead_reads (read_at);

-- How each user wants the list: the columns in order, separated by commas, and how close the rows stand.
create table list_settings (
    user_id uuid not null constraint pk_list_settings primary key
        constraint fk_list_settings_users_user_id references users (id) on delete cascade,
    columns text not null,
    density text not null constraint ck_list_settings_density check (density in ('comfortable', 'compact'))
);

-- Questions to the list that people keep: their own, or the firm's when they have no owner.
create table views (
    id uuid not null constraint pk_views primary key,
    owner uuid constraint fk_views_users_owner references users (id) on delete cascade,
    name character varying(60) not null,
    -- As it stands in the address of the list.
    query character varying(4000) not null,
    columns text not null,
    position integer not null
);
create index ix_views_owner on views (owner, position);

-- What was done to leads, so that it can be taken back for a while.
create table undos (
    id uuid not null constraint pk_undos primary key,
    user_id uuid not null constraint fk_undos_users_user_id references users (id) on delete cascade,
    kind text not null,
    -- The status, or the owner's name, that the leads have since.
    became text,
    at timestamp with time zone not null,
    -- The leads as they were before.
    leads jsonb not null,
    changed integer not null,
    -- How many were left out, by reason.
    left_out jsonb not null,
    undone_at timestamp with time zone,
    restored integer
);
create index ix_undos_user_id on undos (user_id);
create index ix_undos_at on undos (at);
