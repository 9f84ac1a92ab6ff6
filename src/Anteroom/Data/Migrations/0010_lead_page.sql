-- The lead page: tasks, tags, texts to write with, duplicates and what became of merged ones, who is looking.

alter table leads
    -- When somebody of the firm wrote to the prospect in person, before the mail server had it: no automatic welcome any more.
    add column written_to_at timestamp with time zone,
    -- The last ten digits of the phone number, for finding the same one.
    add column phone_digits character varying(10);
alter table leads disable trigger leads_changed; -- neither status nor owner nor name changes
update leads set phone_digits = digits
from (
    select id as with_phone, right(regexp_replace(regexp_replace(phone, '(e|x|#).*$', '', 'i'), '[^0-9]', '', 'g'), 10) as digits
    from leads where phone is not null
) phones
where id = with_phone and length(digits) >= 5;
alter table leads enable trigger leads_changed;
create index ix_leads_phone_digits on leads (phone_digits) where phone_digits is not null;

alter table emails
    -- The e-mail that this one repeats.
    add column repeats uuid constraint fk_emails_emails_repeats references emails (id) on delete set null,
    -- The number of the lead that it was about before that was merged into this one.
    add column came_with bigint;
create index ix_emails_repeats on emails (repeats) where repeats is not null;
-- One welcome for each lead; one that came with a merged lead is that lead's.
drop index ix_emails_welcome;
create unique index ix_emails_welcome on emails (lead_id)
    where kind = 'welcome' and state <> 'cancelled' and came_with is null;

-- A lead has one resume of its own, and those of the leads that were merged into it.
alter table resumes add column came_with bigint;
drop index ix_resumes_lead_id;
create unique index ix_resumes_lead_id on resumes (lead_id) where came_with is null;
create index ix_resumes_came_with on resumes (lead_id) where came_with is not null;

-- Where a lead is that there is no more, by both names that it had.
create table merged_leads (
    number bigint not null constraint pk_merged_leads primary key,
    id uuid not null,
    into_id uuid not null constraint fk_merged_leads_leads_into_id references leads (id) on delete cascade,
    merged_by uuid not null constraint fk_merged_leads_users_merged_by references users (id) on delete restrict,
    merged_at timestamp with time zone not null
);
create unique index ix_merged_leads_id on merged_leads (id);
create index ix_merged_leads_into_id on merged_leads (into_id);
create index ix_merged_leads_merged_by on merged_leads (merged_by);

create table tasks (
    id uuid not null constraint pk_tasks primary key,
    lead_id uuid not null constraint fk_tasks_leads_lead_id references leads (id) on delete cascade,
    title character varying(200) not null,
    -- A day in the firm's time zone; null: some time.
    due_on date,
    assigned_to uuid not null constraint fk_tasks_users_assigned_to references users (id) on delete restrict,
    created_by uuid not null constraint fk_tasks_users_created_by references users (id) on delete restrict,
    created_at timestamp with time zone not null,
    done_at timestamp with time zone,
    done_by uuid constraint fk_tasks_users_done_by references users (id) on delete restrict
);
create index ix_tasks_lead_id on tasks (lead_id);
create index ix_tasks_open on tasks (assigned_to, due_on) where done_at is null;
create index ix_tasks_created_by on tasks (created_by);
create index ix_tasks_done_by on tasks (done_by);

create table tags (
    id uuid not null constraint pk_tags primary key,
    name character varying(40) not null,
    -- The name as it is compared: lower case, without accents.
    key character varying(120) not null,
    colour text not null constraint ck_tags_colour
        check (colour in ('grey', 'blue', 'green', 'amber', 'red', 'violet')),
    created_at timestamp with time zone not null
);
create unique index ix_tags_key on tags (key);

create table lead_tags (
    lead_id uuid not null constraint fk_lead_tags_leads_lead_id references leads (id) on delete cascade,
    tag_id uuid not null constraint fk_lead_tags_tags_tag_id references tags (id) on delete cascade,
    -- The lead's, so that the leads with a tag can be read in order.
    lead_number bigint not null,
    constraint pk_lead_tags primary key (lead_id, tag_id)
);
create index ix_lead_tags_tag_id_lead_number on lead_tags (tag_id, lead_number);

-- Texts that people of the firm begin an e-mail with.
create table replies (
    id uuid not null constraint pk_replies primary key,
    name character varying(80) not null,
    subject text not null,
    text text not null,
    -- Null: comes with the product.
    changed_by uuid constraint fk_replies_users_changed_by references users (id) on delete set null,
    changed_at timestamp with time zone not null
);
create unique index ix_replies_name on replies (name);
create index ix_replies_changed_by on replies (changed_by);
insert into replies (id, name, subject, text, changed_at) values
    ('0199a3f0-0000-7000-8000-000000000001', 'First conversation', 'Your enquiry to {{firm}}: when can we talk?',
     E'Dear {{first_name}} {{last_name}},\n\nthank you for turning to us. I have read what you sent and would like to talk with you about it.\n\nWhen would you have half an hour within the next days? Please answer with two or three times that suit you{{#if phone}}; I can call you on {{phone}}{{/if}}.\n\nIf anything is urgent, such as a deadline or a hearing, please tell me now.\n\nKind regards\n{{sender}}\n{{firm}}',
     now()),
    ('0199a3f0-0000-7000-8000-000000000002', 'More documents', 'What we still need for your enquiry',
     E'Dear {{first_name}} {{last_name}},\n\nto see whether and how we can help, I need a little more from you:\n\n- \n- \n\nYou can simply answer this e-mail and attach them. Please send copies and keep the originals.\n\nKind regards\n{{sender}}\n{{firm}}',
     now()),
    ('0199a3f0-0000-7000-8000-000000000003', 'We cannot take this on', 'Your enquiry to {{firm}}',
     E'Dear {{first_name}} {{last_name}},\n\nthank you for turning to us. I have looked at your enquiry with care, and I am sorry to say that we cannot take it on.\n\nThis is no opinion on the merits of your case. Time limits may be running, so please do not wait with finding another lawyer; the bar association where you live helps with names.\n\nI wish you the best.\n\nKind regards\n{{sender}}\n{{firm}}',
     now());

-- Who has a lead's page open. Losing it in a crash of the server is fine, so it needs no log.
create unlogged table lead_viewers (
    lead_id uuid not null constraint fk_lead_viewers_leads_lead_id references leads (id) on delete cascade,
    user_id uuid not null,
    seen_at timestamp with time zone not null,
    constraint pk_lead_viewers primary key (lead_id, user_id)
);
create index ix_lead_viewers_seen_at on lead_viewers (seen_at);
