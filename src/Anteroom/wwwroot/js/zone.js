// Suggests the time zone that the browser knows, as long as nobody has chosen one.
const zones = document.querySelector("select[data-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones?.value === "UTC" && [...zones.options].some((option) => option.value === here)) zones.value = here;
