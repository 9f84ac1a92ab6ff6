-- The half minute whose code of the authenticator app was accepted last: no code is good twice.
alter table users add column last_code_step bigint;
