-- The trace of what caused a row, as a traceparent (W3C Trace Context, 55 characters); null when nobody collected traces.
alter table outbox add column trace text;
alter table work add column trace text;

-- A view keeps the columns that its table had when it was made; new ones go to the end.
create or replace view emails as select * from outbox where channel = 'email';
