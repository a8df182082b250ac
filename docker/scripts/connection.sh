# The connection for PostgreSQL's programs, from what the image of Odoo is given.
export PGHOST="${PGHOST:-${HOST:-}}"
export PGUSER="${PGUSER:-${USER:-}}"
if [[ -z ${PGPASSWORD:-} && -n ${PASSWORD_FILE:-} ]]; then
    PGPASSWORD=$(< "$PASSWORD_FILE")
    export PGPASSWORD
fi
ODOO_DATA="${ODOO_DATA:-/var/lib/odoo}"
