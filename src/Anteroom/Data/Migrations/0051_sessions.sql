-- Sessions of the pages have a row, so that one ends on the server; sign-ins of the API say where and when they began.
create table user_sessions (
    id uuid not null constraint pk_user_sessions primary key,
    user_id uuid not null constraint fk_user_sessions_users_user_id references users (id) on delete cascade,
    -- The user's security stamp; with a new password it is another, and the session has ended.
    stamp text not null,
    created_at timestamp with time zone not null,
    -- To five minutes.
    seen_at timestamp with time zone not null,
    -- When the user last showed to be there: by password, code or passkey.
    confirmed_at timestamp with time zone not null,
    user_agent character varying(300),
    address character varying(60),
    ended_at timestamp with time zone
);
create index ix_user_sessions_user_id on user_sessions (user_id);
create index ix_user_sessions_created_at on user_sessions (created_at);

alter table refresh_tokens
    add column began_at timestamp with time zone not null default now(),
    add column user_agent character varying(300),
    add column address character varying(60);
update refresh_tokens set began_at = first.at
from (select family, min(created_at) as at from refresh_tokens group by family) first where first.family = refresh_tokens.family;
