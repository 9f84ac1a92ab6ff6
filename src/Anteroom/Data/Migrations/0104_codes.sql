-- What prospects are told instead of a lead's number, which would tell how many there are. Drawn by lot; without vowels, so that it is
-- no word, and without signs that look alike. The first is a letter, so that it is no number.
create function random_lead_code() returns text language sql volatile as $$
    select substr('CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 0) % 17, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 1) % 23, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 2) % 23, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 3) % 23, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 4) % 23, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 5) % 23, 1)
        || substr('346789CDFGHJKMNPQRTVWXY', 1 + get_byte(lot, 15) % 23, 1)
    from (select uuid_send(gen_random_uuid()) as lot) drawn
$$;

-- Leads that exist get theirs in one pass over the table.
alter table leads add column code character varying(7) not null default random_lead_code();
alter table leads disable trigger user;
do $$
begin
    loop
        update leads set code = random_lead_code() where code in (select code from leads group by code having count(*) > 1);
        exit when not found;
    end loop;
end
$$;
alter table leads enable trigger user;
create unique index ix_leads_code on leads (code);

-- Under the code that it had, a merged lead is still found. A node of the version before writes none.
alter table merged_leads add column code character varying(7);
create unique index ix_merged_leads_code on merged_leads (code);

create function new_lead_code() returns text language plpgsql volatile as $$
declare
    drawn text;
begin
    loop
        drawn := random_lead_code();
        exit when not exists (select from leads where code = drawn) and not exists (select from merged_leads where code = drawn);
    end loop;
    return drawn;
end
$$;
-- A node of the version before inserts leads without naming a code.
alter table leads alter column code set default new_lead_code();
