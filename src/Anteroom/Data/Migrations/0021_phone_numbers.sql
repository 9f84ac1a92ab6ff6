-- Phone numbers in E.164 beside what was typed. Leads that are there get theirs when somebody corrects them: only the program can tell.
alter table leads add column phone_e164 character varying(16);

create index ix_leads_phone_e164 on leads (phone_e164) where phone_e164 is not null;
