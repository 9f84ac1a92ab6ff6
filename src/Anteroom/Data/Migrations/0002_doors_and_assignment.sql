-- What the two APIs need: who a lead is assigned to, who takes leads, tokens, keys, answers that can be repeated, limits.

alter table leads
    add column assigned_to uuid constraint fk_leads_users_assigned_to references users (id) on delete restrict,
    add column assigned_at timestamp with time zone;
create index ix_leads_assigned_to_number on leads (assigned_to, number);
create index ix_leads_created_at on leads (created_at);

-- The Django-style API addresses a resume by its storage key.
create unique index ix_resumes_storage_key on resumes (storage_key);

alter table users
    -- Attorneys: whether they take new leads, and how many open ones at most.
    add column available boolean not null default true,
    add column away_until timestamp with time zone,
    add column capacity integer not null default 50 constraint ck_users_capacity check (capacity between 0 and 100000),
    add column practice_area character varying(100),
    add column last_assigned_at timestamp with time zone,
    -- When a person last changed the account.
    add column changed_at timestamp with time zone;

-- Passkeys: the public keys and what their devices said of them, as ASP.NET Core Identity keeps them.
create table user_passkeys (
    credential_id bytea not null constraint pk_user_passkeys primary key,
    user_id uuid not null constraint fk_user_passkeys_users_user_id references users (id) on delete cascade,
    data jsonb not null
);
create index ix_user_passkeys_user_id on user_passkeys (user_id);

-- Opaque tokens of the Django-style API: only their SHA-256 is kept.
create table api_tokens (
    hash bytea not null constraint pk_api_tokens primary key,
    user_id uuid not null constraint fk_api_tokens_users_user_id references users (id) on delete cascade,
    created_at timestamp with time zone not null
);
create index ix_api_tokens_user_id on api_tokens (user_id);

-- Refresh tokens of the JWT API. A family is one sign-in; a token that is used twice ends its whole family.
create table refresh_tokens (
    hash bytea not null constraint pk_refresh_tokens primary key,
    user_id uuid not null constraint fk_refresh_tokens_users_user_id references users (id) on delete cascade,
    family uuid not null,
    -- The user's security stamp at the sign-in: with a new password it is another, and the token is no longer taken.
    stamp text not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    used_at timestamp with time zone
);
create index ix_refresh_tokens_user_id on refresh_tokens (user_id);
create index ix_refresh_tokens_family on refresh_tokens (family);
create index ix_refresh_tokens_expires_at on refresh_tokens (expires_at);

-- The keys that sign JWTs, protected by the data-protection keys. The newest signs; all verify until they retire.
create table signing_keys (
    id text not null constraint pk_signing_keys primary key,
    secret text not null,
    created_at timestamp with time zone not null,
    retires_at timestamp with time zone
);

-- Answers to submissions with an Idempotency-Key, kept for a day.
create table idempotency_keys (
    key text not null constraint pk_idempotency_keys primary key,
    -- SHA-256 of the submission: the same key with another body is refused.
    fingerprint bytea not null,
    lead_id uuid not null constraint fk_idempotency_keys_leads_lead_id references leads (id) on delete cascade,
    created_at timestamp with time zone not null
);
create index ix_idempotency_keys_lead_id on idempotency_keys (lead_id);
create index ix_idempotency_keys_created_at on idempotency_keys (created_at);

-- Token buckets shared by all nodes. Losing them in a crash of the server is fine, so they need no log.
create unlogged table rate_limits (
    key text not null constraint pk_rate_limits primary key,
    tokens double precision not null,
    at timestamp with time zone not null
);
create index ix_rate_limits_at on rate_limits (at);

-- What keeps the list quick however many leads there are: how many, and which words begin where.

-- The sum is the number of leads. Changes are appended, in the transaction that makes them, so that submissions never wait for
-- each other; one in a hundred sums up what has come together.
create table lead_counts (
    status text not null,
    assigned_to uuid,
    leads bigint not null
);

-- Each word of the search text (the names' words and the address), for searching by beginnings. 200 characters fit into an index.
create table lead_words (
    word text collate "C" not null,
    number bigint not null,
    constraint pk_lead_words primary key (word, number)
);
-- For reading in order of number; with operators of its own, so that a query can say which of the two indexes it means.
create index ix_lead_words_number_word on lead_words (number, word text_pattern_ops);

create function sum_up_lead_counts() returns void language sql as $$
    -- What another transaction is summing up is left to it.
    with taken as materialized (select ctid as place from lead_counts limit 10000 for update skip locked),
    gone as (delete from lead_counts where ctid = any (array(select place from taken)) returning status, assigned_to, leads)
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, sum(leads) from gone group by status, assigned_to having sum(leads) <> 0;
$$;

create function leads_added() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, count(*) from added group by status, assigned_to;
    insert into lead_words (word, number)
    select distinct left(word, 200), number from added, unnest(string_to_array(search_text, ' ')) word where word <> '';
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create function leads_changed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, sum(leads) from (
        select status, assigned_to, -1 leads from removed union all select status, assigned_to, 1 from added) changes
    group by status, assigned_to having sum(leads) <> 0;
    if exists (select from removed join added using (id) where (removed.search_text, removed.number) <> (added.search_text, added.number)) then
        delete from lead_words using removed, unnest(string_to_array(search_text, ' ')) gone
        where lead_words.word = left(gone, 200) and lead_words.number = removed.number;
        insert into lead_words (word, number)
        select distinct left(word, 200), number from added, unnest(string_to_array(search_text, ' ')) word where word <> '';
    end if;
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create function leads_removed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, -count(*) from removed group by status, assigned_to;
    delete from lead_words using removed, unnest(string_to_array(search_text, ' ')) gone
    where lead_words.word = left(gone, 200) and lead_words.number = removed.number;
    return null;
end
$$;

create function leads_emptied() returns trigger language plpgsql as $$
begin
    truncate lead_counts, lead_words;
    return null;
end
$$;

create trigger leads_added after insert on leads
    referencing new table as added for each statement execute function leads_added();
create trigger leads_changed after update on leads
    referencing old table as removed new table as added for each statement execute function leads_changed();
create trigger leads_removed after delete on leads
    referencing old table as removed for each statement execute function leads_removed();
create trigger leads_emptied after truncate on leads
    for each statement execute function leads_emptied();

insert into lead_counts (status, assigned_to, leads)
select status, assigned_to, count(*) from leads group by status, assigned_to;
insert into lead_words (word, number)
select distinct left(word, 200), number from leads, unnest(string_to_array(search_text, ' ')) word where word <> '';
