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
