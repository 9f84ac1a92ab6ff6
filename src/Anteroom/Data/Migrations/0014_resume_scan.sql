-- What the virus scanner says about a file. Those from before, and all where there is no scanner, stay 'unscanned'.
alter table resumes
    add column scan_state text not null default 'unscanned'
        constraint ck_resumes_scan_state check (scan_state in ('unscanned', 'waiting', 'clean', 'quarantined')),
    add column scan_finding text;
create index ix_resumes_quarantined on resumes (lead_id) where scan_state = 'quarantined';
