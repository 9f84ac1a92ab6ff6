-- How the database and the files grow, day by day.
create table size_days (
    day date not null constraint pk_size_days primary key,
    database_bytes bigint not null,
    files_bytes bigint not null,
    files bigint not null
);
