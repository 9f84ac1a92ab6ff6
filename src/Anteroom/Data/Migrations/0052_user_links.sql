-- Links in emails to users: the newest of a kind is the only one that works.
create table user_links (
    user_id uuid not null constraint fk_user_links_users_user_id references users (id) on delete cascade,
    purpose text not null constraint ck_user_links_purpose check (purpose in ('password', 'email')),
    -- SHA-256 of what the link holds.
    hash bytea not null,
    -- The user's security stamp; with a new password it is another, and the link has ended.
    stamp text not null,
    -- The address that a link of the purpose email makes the user's.
    email character varying(256),
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    constraint pk_user_links primary key (user_id, purpose)
);
