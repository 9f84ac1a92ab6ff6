-- Everything that a lead can be found by, in one index: name, address, phone, message, answers, notes, tags and the text of the resume.
-- Whatever changes one of these changes the index in the same transaction, by triggers, also when it is done by hand.

-- The words of what is only searched by whole words, as SearchWords writes them: of a lead its phone, message and answers.
alter table leads add column search_more text not null default '';
alter table activities add column words text;
create index ix_activities_words on activities (lead_id) where words is not null;

create table lead_search (
    number bigint not null constraint pk_lead_search primary key,
    words tsvector not null
);
-- What is new is kept beside the index until it is this many kilobytes; a search reads it all.
create index ix_lead_search_words on lead_search using gin (words) with (gin_pending_list_limit = 256);

-- Names and the address: each as it is, and its parts. Only signs of ASCII part words, whatever the server's locale.
create function own_words(search_text text, search_more text) returns tsvector language sql immutable parallel safe as $$
    select array_to_tsvector(array(
        select distinct left(word, 200) from unnest(
            string_to_array(search_text, ' ') || regexp_split_to_array(search_text, '[- !-,./:-@\[-`{-~]+')
            || regexp_split_to_array(search_text, '[ @]+') || string_to_array(search_more, ' ')) word
        where word <> ''))
$$;

-- Volatile, so that an update which waited for another one sees what that one wrote.
create function all_words(lead uuid, search_text text, search_more text) returns tsvector language plpgsql volatile as $$
begin
    return own_words(search_text, search_more) || array_to_tsvector(array(
        select distinct word from (
            select unnest(string_to_array(words, ' ')) word from activities where lead_id = lead and words is not null
            union all
            select unnest(string_to_array(key, ' ')) from lead_tags join tags on tags.id = tag_id where lead_id = lead
            union all
            select unnest(string_to_array(resume_words.words, ' ')) from resumes join resume_words on resume_id = resumes.id
            where lead_id = lead and deleted_at is null
        ) texts where word <> '' limit 20000));
exception when program_limit_exceeded then
    return own_words(search_text, search_more); -- more than an index can hold
end
$$;

create function find_again(ids uuid[]) returns void language sql as $$
    update lead_search set words = all_words(id, search_text, search_more) from leads
    where leads.number = lead_search.number and id = any (ids)
$$;

create or replace function leads_added() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, count(*) from added where deleted_at is null group by status, assigned_to;
    insert into lead_search (number, words)
    select number, own_words(search_text, search_more) from added where deleted_at is null;
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create or replace function leads_changed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, sum(leads) from (
        select status, assigned_to, -1 leads from removed where deleted_at is null
        union all select status, assigned_to, 1 from added where deleted_at is null) changes
    group by status, assigned_to having sum(leads) <> 0;
    if exists (
        select from removed join added using (id)
        where (removed.search_text, removed.search_more, removed.number, removed.deleted_at is null)
            <> (added.search_text, added.search_more, added.number, added.deleted_at is null)
    ) then
        delete from lead_search using removed where lead_search.number = removed.number;
        insert into lead_search (number, words)
        select number, all_words(id, search_text, search_more) from added where deleted_at is null;
    end if;
    if random() < 0.01 then
        perform sum_up_lead_counts();
    end if;
    return null;
end
$$;

create or replace function leads_removed() returns trigger language plpgsql as $$
begin
    insert into lead_counts (status, assigned_to, leads)
    select status, assigned_to, -count(*) from removed where deleted_at is null group by status, assigned_to;
    delete from lead_search using removed where lead_search.number = removed.number;
    return null;
end
$$;

create or replace function leads_emptied() returns trigger language plpgsql as $$
begin
    truncate lead_counts, lead_search;
    return null;
end
$$;

create function words_moved() returns trigger language plpgsql as $$
begin
    perform find_again(array[new.lead_id, case when tg_op = 'UPDATE' then old.lead_id end]);
    return null;
end
$$;
create trigger words_added after insert on activities
    for each row when (new.words is not null) execute function words_moved();
create trigger words_moved after update of lead_id on activities
    for each row when (new.words is not null) execute function words_moved();
create trigger words_added after insert on lead_tags for each row execute function words_moved();
create trigger words_moved after update of lead_id, deleted_at on resumes for each row execute function words_moved();

create function tag_removed() returns trigger language plpgsql as $$
begin
    perform find_again(array[old.lead_id]);
    return null;
end
$$;
create trigger words_removed after delete on lead_tags for each row execute function tag_removed();

alter table resume_words add column words text not null default '';
create function resume_read() returns trigger language plpgsql as $$
begin
    perform find_again(array(select lead_id from resumes where id = new.resume_id));
    return null;
end
$$;
create trigger resume_read after insert or update of words on resume_words for each row execute function resume_read();

-- The form of SearchText, for looking whether words stand beside each other.
create function search_form(text) returns text language sql immutable parallel safe as $$
    select lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;
create function lead_says(which bigint, phrase text) returns boolean language sql stable as $$
    select exists (
        select from leads where number = which and (search_text ~ phrase or search_form(concat_ws(' ', message, answers::text)) ~ phrase)
        union all
        select from leads join activities on lead_id = leads.id
        where number = which and words is not null and search_form(summary) ~ phrase
        union all
        select from leads join resumes on lead_id = leads.id and resumes.deleted_at is null join resume_words on resume_id = resumes.id
        where number = which and search_form(text) ~ phrase)
$$;

drop table lead_words;
-- Words of messages and notes from before are written as well as the database can; of resumes, when they are read.
update activities set words = regexp_replace(search_form(summary), '[- !-,./:-@\[-`{-~\s]+', ' ', 'g') where kind in ('note', 'message');
alter table leads disable trigger user;
update leads set search_more = regexp_replace(search_form(concat_ws(' ', message, phone_digits, answers::text)), '[- !-,./:-@\[-`{-~\s]+', ' ', 'g')
where message is not null or phone_digits is not null or answers <> '{}';
alter table leads enable trigger user;
insert into lead_search (number, words) select number, own_words(search_text, search_more) from leads where deleted_at is null;
select find_again(array(select lead_id from activities where words is not null union select lead_id from lead_tags));
