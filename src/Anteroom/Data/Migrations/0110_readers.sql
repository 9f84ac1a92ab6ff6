-- The language and the time zone that somebody has chosen; null: as the browser says.
alter table users
    add column language text,
    add column time_zone character varying(100),
    add constraint ck_users_language check (language in ('en', 'es'));
