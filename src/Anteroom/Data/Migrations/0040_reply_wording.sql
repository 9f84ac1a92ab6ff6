-- Plainer words in the replies that come with the product; those that somebody changed stay as they are.
update replies
set subject = replace(subject, 'enquiry', 'inquiry'),
    text = replace(replace(replace(replace(replace(replace(text,
        'enquiry', 'inquiry'),
        E'\n\nthank you for turning to us.', E'\n\nThank you for contacting us.'),
        'When would you have half an hour within the next days? Please answer with',
        'Do you have half an hour in the next few days? Please reply with'),
        E'\n\nto see whether and how we can help,', E'\n\nTo see whether and how we can help,'),
        'You can simply answer this e-mail and attach them.', 'You can simply reply to this email and attach them.'),
        'so please do not wait with finding another lawyer; the bar association where you live helps with names.',
        'so please do not wait to find another lawyer; your local bar association can suggest names.')
where changed_by is null
    and id in (
        '0199a3f0-0000-7000-8000-000000000001',
        '0199a3f0-0000-7000-8000-000000000002',
        '0199a3f0-0000-7000-8000-000000000003'
    );
