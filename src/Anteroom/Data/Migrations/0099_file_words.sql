-- A lead is found by the names and notes of the files that people of the firm added.
alter table resumes add column words text;

create view quarantined_files as select lead_id from resumes where scan_state = 'quarantined' and deleted_at is null;

create or replace function all_words(lead uuid, search_text text, search_more text) returns tsvector language plpgsql volatile as $$
begin
    return own_words(search_text, search_more) || array_to_tsvector(array(
        select distinct word from (
            select unnest(string_to_array(words, ' ')) word from activities where lead_id = lead and words is not null
            union all
            select unnest(string_to_array(key, ' ')) from lead_tags join tags on tags.id = tag_id where lead_id = lead
            union all
            select unnest(string_to_array(concat_ws(' ', resumes.words, resume_words.words), ' '))
            from resumes left join resume_words on resume_id = resumes.id
            where lead_id = lead and deleted_at is null
        ) texts where word <> '' limit 20000));
exception when program_limit_exceeded then
    return own_words(search_text, search_more); -- more than an index can hold
end
$$;

create or replace function lead_says(which bigint, phrase text) returns boolean language sql stable as $$
    select exists (
        select from leads where number = which and (search_text ~ phrase or search_form(concat_ws(' ', message, answers::text)) ~ phrase)
        union all
        select from leads join activities on lead_id = leads.id
        where number = which and words is not null and search_form(summary) ~ phrase
        union all
        select from leads join resumes on lead_id = leads.id and resumes.deleted_at is null join resume_words on resume_id = resumes.id
        where number = which and search_form(text) ~ phrase
        union all
        select from leads join resumes on lead_id = leads.id and resumes.deleted_at is null
        where number = which and words is not null and search_form(concat_ws(' ', file_name, note)) ~ phrase)
$$;

-- Those from before, as well as the database can.
update resumes set words = regexp_replace(search_form(concat_ws(' ', file_name, note)), '[- !-,./:-@\[-`{-~\s]+', ' ', 'g')
where added_at is not null and deleted_at is null;
select find_again(array(select distinct lead_id from resumes where words is not null));

create trigger file_words_added after insert on resumes
    for each row when (new.words is not null) execute function words_moved();
create trigger file_words_changed after update of words on resumes
    for each row when (new.words is distinct from old.words) execute function words_moved();
