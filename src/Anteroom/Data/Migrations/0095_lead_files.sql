-- People of the firm add files to a lead, of more kinds than a resume can be.
alter table resumes
    drop constraint ck_resumes_type,
    add constraint ck_resumes_type check (type in ('pdf', 'doc', 'docx', 'rtf', 'odt', 'txt', 'jpeg', 'png', 'gif', 'webp', 'heic', 'tiff',
        'xlsx', 'xls', 'ods', 'pptx', 'eml', 'msg')),
    add column added_at timestamp with time zone,
    add column added_by uuid constraint fk_resumes_users_added_by references users (id) on delete restrict,
    add column note character varying(500);

-- A lead has one resume of its own, those of the leads that were merged into it, and what was added.
drop index ix_resumes_lead_id;
create unique index ix_resumes_lead_id on resumes (lead_id) where came_with is null and added_at is null;
drop index ix_resumes_came_with;
create index ix_resumes_others on resumes (lead_id) where came_with is not null or added_at is not null;
create index ix_resumes_added_by on resumes (added_by) where added_by is not null;

-- What is removed is found no more.
create trigger words_removed after delete on resumes for each row execute function tag_removed();

-- Programs that keep a copy of a lead read its files again when they change; other changes of these rows are logged since 0080.
create function lead_changes_files() returns trigger language plpgsql as $$
begin
    insert into lead_changes
    select pg_current_xact_id()::text::bigint, number, id, deleted_at is null, assigned_to, clock_timestamp() from leads
    where id = case when tg_op = 'DELETE' then old.lead_id else new.lead_id end
    on conflict do nothing;
    return null;
end
$$;
create trigger lead_changes_file_added after insert on resumes
    for each row when (new.added_at is not null) execute function lead_changes_files();
create trigger lead_changes_file_noted after update of note on resumes
    for each row when (new.note is distinct from old.note) execute function lead_changes_files();
create trigger lead_changes_file_removed after delete on resumes
    for each row when (old.added_at is not null) execute function lead_changes_files();
