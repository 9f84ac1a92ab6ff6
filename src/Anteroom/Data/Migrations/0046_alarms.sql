-- What is the matter says more than its name, and those it concerns are told once.
alter table conditions add column detail text, add column told boolean not null default true;
