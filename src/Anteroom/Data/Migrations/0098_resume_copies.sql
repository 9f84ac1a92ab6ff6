-- What is made of a file for people to look at: a PDF, and a picture of page one.
create table resume_copies (
    id uuid not null constraint pk_resume_copies primary key,
    resume_id uuid not null constraint fk_resume_copies_resumes_resume_id references resumes (id) on delete cascade,
    kind text not null constraint ck_resume_copies_kind check (kind in ('pdf', 'thumbnail')),
    storage_key text not null,
    bytes bigint not null,
    sha256 bytea not null,
    made_at timestamp with time zone not null
);
create unique index ix_resume_copies_resume_id_kind on resume_copies (resume_id, kind);
create unique index ix_resume_copies_storage_key on resume_copies (storage_key);

-- Every file that the store has to have: what checks, moves, backs up or sweeps goes by this.
create view kept_files as
select id, storage_key, bytes, sha256 from resumes where deleted_at is null
union all
select id, storage_key, bytes, sha256 from resume_copies;
