-- The text of resumes, read in the background; those from before are read, too.
create table resume_words (
    resume_id uuid not null constraint pk_resume_words primary key
        constraint fk_resume_words_resumes_resume_id references resumes (id) on delete cascade,
    text text not null,
    encoding text,
    is_chosen boolean not null default false,
    is_recognized boolean not null default false,
    read_at timestamp with time zone not null
);
insert into work (id, kind, subject, next_attempt_at, created_at)
select gen_random_uuid(), 'read_resume', id, now(), now() from resumes where deleted_at is null;
