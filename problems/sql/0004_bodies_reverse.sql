DROP FUNCTION problems_serve(
    text[], text[], text[], text[], text[], text[], text[], integer, boolean, boolean
);
DROP FUNCTION problems_body(uuid, boolean, boolean, boolean);
DROP FUNCTION problems_time(timestamptz);
