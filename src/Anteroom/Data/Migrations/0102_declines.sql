-- Why leads were declined, for reports; the timeline says it as well. A node of the version before goes on writing the timeline only.
create table declines (
    lead_id uuid not null constraint pk_declines primary key constraint fk_declines_leads_lead_id references leads (id) on delete cascade,
    at timestamp with time zone not null,
    reason character varying(100),
    note character varying(300)
);
insert into declines (lead_id, at, note)
select leads.id, closed_at, left(substring(move.summary from ' to Declined: (.+)$'), 300)
from leads cross join lateral (
    select summary from activities where lead_id = leads.id and kind = 'status_changed' order by id desc limit 1) move
where status = 'declined' and closed_at is not null and move.summary like '% to Declined: %';

-- A letter to decline with in Spanish, beside the English one.
insert into snippets (id, name, subject, text, changed_at)
select '0199a3f0-0000-7000-8000-000000000004', 'We cannot take this on (Spanish)', 'Su consulta a {{firm}}',
    E'Estimado/a {{first_name}} {{last_name}}:\n\nGracias por ponerse en contacto con nosotros. He estudiado su consulta con atención y lamento comunicarle que no podemos hacernos cargo de ella.\n\nEsto no es una opinión sobre el fondo de su caso. Es posible que haya plazos en curso, así que, por favor, no espere para buscar a otro abogado; el colegio de abogados de su localidad puede sugerirle nombres.\n\nLe deseo lo mejor.\n\nAtentamente,\n{{sender}}\n{{firm}}',
    now()
where not exists (select from snippets where name = 'We cannot take this on (Spanish)');
