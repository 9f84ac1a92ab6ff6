-- The administrators' panel: settings that are changed on a page, what was done by whom, tokens with a name, sample data.

-- What the firm has set on the page of settings, by configuration key. The environment wins over it.
create table settings (
    key text not null constraint pk_settings primary key,
    value text not null,
    changed_at timestamp with time zone not null,
    changed_by uuid constraint fk_settings_users_changed_by references users (id) on delete set null
);
create index ix_settings_changed_by on settings (changed_by);

-- The firm's logo; the setting Firm:Logo names the one in use.
create table logos (
    digest text not null constraint pk_logos primary key,
    type text not null constraint ck_logos_type check (type in ('image/png', 'image/jpeg', 'image/webp')),
    content bytea not null,
    added_at timestamp with time zone not null
);

-- Every text that prospects have ever been asked to agree to, so that a lead's version can be read later.
create table consent_texts (
    version character varying(12) not null constraint pk_consent_texts primary key,
    text text not null,
    since timestamp with time zone not null
);

-- Who did what when. Written in the transaction of its cause; never changed. The actor's row may go, the line stays.
create table audit (
    id uuid not null constraint pk_audit primary key,
    at timestamp with time zone not null,
    actor_id uuid,
    actor character varying(201) not null,
    address character varying(60),
    kind text not null,
    subject text,
    summary text not null,
    details jsonb
);
create index ix_audit_kind_id on audit (kind, id);
create index ix_audit_actor_id_id on audit (actor_id, id);
create index ix_audit_summary on audit using gin (summary gin_trgm_ops);

alter table api_tokens
    -- What a page can name a token by; the hash is as good as a password to nobody, but need not be shown either.
    add column id uuid not null default gen_random_uuid(),
    add column name character varying(100),
    add column expires_at timestamp with time zone,
    -- To the minute.
    add column last_used_at timestamp with time zone;
create unique index ix_api_tokens_id on api_tokens (id);

alter table leads
    -- Made up, to try things with; removed by one button, and never written to.
    add column sample boolean not null default false,
    -- The consent text that the form showed.
    add column consent_version character varying(12);
create index ix_leads_sample on leads (number) where sample;

alter table users add column sample boolean not null default false;
