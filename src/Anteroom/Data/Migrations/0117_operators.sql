-- People who watch how the product runs and change nothing.
alter table users drop constraint ck_users_role;
alter table users add constraint ck_users_role check (role in ('administrator', 'attorney', 'staff', 'operator'));
