-- Why a resume has no text, when it could not be read.
alter table resume_words add column problem text;
