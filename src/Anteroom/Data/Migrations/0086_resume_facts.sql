-- What rules find in the text of a resume: proposals for the people of the firm.
alter table resume_words add column facts jsonb not null default '[]';
