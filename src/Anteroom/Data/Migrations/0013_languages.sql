-- The language in which automatic e-mail is written to a prospect. The firm's own texts in another one are rows of mail_templates whose
-- kind ends in it: confirmation.es.
alter table leads add column language text not null default 'en';
