-- Reports also go to the addresses that the firm has set (ATTORNEY_EMAIL): a row for each and each period, as report_runs has for people.
create table report_copies (
    kind text not null,
    period_start date not null,
    -- In lower case.
    address character varying(254) not null,
    email_id uuid,
    at timestamp with time zone not null,
    constraint pk_report_copies primary key (kind, period_start, address)
);
