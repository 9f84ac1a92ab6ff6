-- The firm's own texts of e-mails, and who wants no more automatic e-mail.

-- A row here takes the place of the text that comes with the product; without one that text counts.
create table mail_templates (
    kind text not null constraint pk_mail_templates primary key,
    subject text not null,
    text text not null,
    html text not null,
    changed_by uuid not null constraint fk_mail_templates_users_changed_by references users (id) on delete cascade,
    changed_at timestamp with time zone not null,
    -- What went wrong when it was last filled in for an e-mail; the product's own text went out instead.
    failure text,
    failed_at timestamp with time zone
);
create index ix_mail_templates_changed_by on mail_templates (changed_by);

-- What somebody is just writing, so that a preview can be shown by any node. Never sent but as a test to the writer.
create table mail_template_drafts (
    user_id uuid not null constraint fk_mail_template_drafts_users_user_id references users (id) on delete cascade,
    kind text not null,
    subject text not null,
    text text not null,
    html text not null,
    written_at timestamp with time zone not null,
    constraint pk_mail_template_drafts primary key (user_id, kind)
);

-- Addresses in lower case.
create table opt_outs (
    address text not null constraint pk_opt_outs primary key,
    at timestamp with time zone not null
);
