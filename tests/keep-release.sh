#!/usr/bin/env bash
# Keeps what a release leaves behind for EarlierReleasesTests: a dump of its database and its resume files, made by the release itself.
#   tests/keep-release.sh NAME    the release that is checked out here, under this name (a date)
# Run it when a release goes out, and commit the two files. Needs Debian's postgresql.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:?usage: tests/keep-release.sh NAME}
binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
work=$(mktemp -d)
chmod 755 "$work"
server=
as=()
trap '[ -z "$server" ] || { kill -INT "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT
mkdir "$work/pg"
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses root
    chown postgres "$work/pg"
    as=(setpriv --reuid postgres --regid postgres --clear-groups)
fi
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
cd "$work/pg"
"${as[@]}" "$binaries/initdb" -D "$work/pg/data" -U anteroom --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$binaries/postgres" -D "$work/pg/data" -p "$port" -k "$work/pg" -c listen_addresses=127.0.0.1 >/dev/null 2>&1 &
server=$!
until "$binaries/pg_isready" -q -h 127.0.0.1 -p "$port"; do sleep 0.1; done
"$binaries/createdb" -h 127.0.0.1 -p "$port" -U anteroom anteroom
cd - >/dev/null

dotnet publish src/Anteroom -c Release -o "$work/app" -v q --nologo
export ConnectionStrings__Anteroom="Host=127.0.0.1;Port=$port;Username=anteroom;Database=anteroom"
(
    cd "$work/app"
    ANTEROOM_ADMIN_PASSWORD='correct horse battery staple' \
        dotnet Anteroom.dll create-admin --data "$work/data" --username olga --email olga@firm.example
    dotnet Anteroom.dll demo --count 4 --data "$work/data"
)
to=tests/Anteroom.Tests/Data/Releases
mkdir -p "$to"
"$binaries/pg_dump" -h 127.0.0.1 -p "$port" -U anteroom --inserts --no-owner --no-privileges anteroom \
    | grep -v -e "^--" -e "^$" -e "^[\\]" | gzip -9 -n >"$to/$name.sql.gz"
tar -C "$work/data" -czf "$to/$name.resumes.tar.gz" resumes
ls -l "$to/$name".*
