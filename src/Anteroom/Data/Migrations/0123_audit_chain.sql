-- The audit log is a chain: the hash of each line is over its content and the hash of the line before. Lines are sealed in order after
-- they were committed, so that nobody who writes one waits for the others; what waits is written down by a trigger.
create table audit_seals (
    seq bigint not null,
    entry_id uuid not null,
    sealed_at timestamp with time zone not null,
    hash bytea not null,
    constraint pk_audit_seals primary key (seq)
);
create unique index ix_audit_seals_entry_id on audit_seals (entry_id);

create table audit_unsealed (
    id uuid not null,
    constraint pk_audit_unsealed primary key (id)
);
insert into audit_unsealed select id from audit;

create function audit_waits_for_its_seal() returns trigger language plpgsql as $$
begin
    insert into audit_unsealed select id from new_lines;
    return null;
end
$$;
create trigger audit_waits_for_its_seal after insert on audit
    referencing new table as new_lines for each statement execute function audit_waits_for_its_seal();

-- As of the lines themselves (0064_audit_guard.sql).
create function audit_seals_are_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('anteroom.removes', true) = 'audit' then
        return old;
    end if;
    raise exception 'The seals of the audit log are not changed (%).', lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_seals_are_kept before update or delete on audit_seals
    for each row execute function audit_seals_are_kept();
create trigger audit_seals_are_not_emptied before truncate on audit_seals
    for each statement execute function audit_seals_are_kept();
