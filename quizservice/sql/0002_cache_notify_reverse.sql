DROP PROCEDURE cache_unwatch(regclass);
DROP PROCEDURE cache_watch(regclass, text[]);
DROP FUNCTION cache_changed();
