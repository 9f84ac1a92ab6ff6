-- Texts to begin an email with are snippets; a reply is what a prospect sends.

alter table replies rename to snippets;
alter table snippets rename constraint pk_replies to pk_snippets;
alter table snippets rename constraint fk_replies_users_changed_by to fk_snippets_users_changed_by;
alter index ix_replies_name rename to ix_snippets_name;
alter index ix_replies_changed_by rename to ix_snippets_changed_by;

-- For nodes of the version before that still run during an update.
create view replies as select * from snippets;
