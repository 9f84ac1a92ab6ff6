-- What prospects answered to the firm's own questions: {"company_size": ["10"]}.
alter table leads add column answers jsonb not null default '{}';
