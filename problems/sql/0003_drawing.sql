-- Drawing by verb and error type too, and several problems in one statement.
-- problems/pool.py says what a draw guarantees.

DROP FUNCTION problems_any_match(text[], text[], text[], text[], text[]);
DROP FUNCTION problems_draw(text[], text[], text[], text[], text[]);
DROP FUNCTION problems_claim(uuid, bigint);

-- Locks and marks exactly the versions of the rows that were ranked, and returns those in the given order.
-- The others somebody else holds or has served since. (After a lock race PostgreSQL rechecks WHERE, not ORDER
-- BY: so the rank is in WHERE.)
CREATE FUNCTION problems_claim(p_ids uuid[], p_seqs bigint[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
    v_seqs bigint[];
BEGIN
    WITH held AS MATERIALIZED (
        SELECT s.problem_id FROM unnest(p_ids, p_seqs) ranked (id, seq)
          JOIN problems_servestate s ON s.problem_id = ranked.id
         WHERE s.serve_seq = ranked.seq AND s.bucket_id IS NOT NULL FOR NO KEY UPDATE OF s SKIP LOCKED
    ), marked AS (
        UPDATE problems_servestate s SET serve_seq = nextval('problems_serve_counter'),
               last_served_at = clock_timestamp(), served_count = served_count + 1
          FROM held WHERE s.problem_id = held.problem_id
        RETURNING s.problem_id, s.serve_seq
    )
    SELECT array_agg(problem_id), array_agg(serve_seq) INTO v_ids, v_seqs FROM (
        SELECT problem_id, serve_seq FROM marked ORDER BY array_position(p_ids, problem_id)) in_order;
    -- A statement of its own, so that it sees the terms that an edit wrote before the lock was had.
    IF v_ids IS NOT NULL THEN
        UPDATE problems_serveterm t SET serve_seq = marked.seq
          FROM unnest(v_ids, v_seqs) marked (id, seq) WHERE t.problem_id = marked.id;
    END IF;
    RETURN v_ids;
END $$;

-- The cells that the filters pick (NULL: no filter), empty ones included; NULL when there is none.
CREATE FUNCTION problems_cells(p_focuses text[], p_languages text[], p_levels text[])
RETURNS integer[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT array_agg(id) FROM problems_servecell
             WHERE (p_focuses IS NULL OR grammatical_focus = ANY (p_focuses))
               AND (p_languages IS NULL OR target_language_code = ANY (p_languages))
               AND (p_levels IS NULL OR level = ANY (p_levels)));
END $$;

-- The buckets that they pick together with tenses; likewise. With a focus, by the index that begins with it.
CREATE OR REPLACE FUNCTION problems_buckets(
    p_focuses text[], p_tenses text[], p_languages text[], p_levels text[]
) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_focuses IS NOT NULL THEN
        RETURN (SELECT array_agg(id) FROM problems_servebucket
                 WHERE grammatical_focus = ANY (p_focuses) AND tenses_used && p_tenses::varchar[]
                   AND (p_languages IS NULL OR target_language_code = ANY (p_languages))
                   AND (p_levels IS NULL OR level = ANY (p_levels)));
    END IF;
    RETURN (SELECT array_agg(id) FROM problems_servebucket
             WHERE tenses_used && p_tenses::varchar[]
               AND (p_languages IS NULL OR target_language_code = ANY (p_languages))
               AND (p_levels IS NULL OR level = ANY (p_levels)));
END $$;

-- The p_depth stalest problems, stalest first; nulls when there is none. p_cells, p_buckets: NULL for all.
-- Of many cells or buckets only those with the p_depth stalest heads can hold them: so the heads come first.
CREATE FUNCTION problems_stalest_of_all(
    p_cells integer[], p_buckets bigint[], p_depth integer, OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_buckets IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM (
                SELECT b, head.serve_seq FROM unnest(p_buckets) b, LATERAL (
                    SELECT serve_seq FROM problems_servestate
                     WHERE bucket_id = b ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE bucket_id = heads.b ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    ELSIF p_cells IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT s.problem_id, s.serve_seq FROM (
                SELECT c, head.serve_seq FROM unnest(p_cells) c, LATERAL (
                    SELECT serve_seq FROM problems_servestate
                     WHERE cell_id = c ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_servestate
                 WHERE cell_id = heads.c ORDER BY serve_seq LIMIT p_depth) s
             ORDER BY s.serve_seq LIMIT p_depth) q;
    ELSE
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT problem_id, serve_seq FROM problems_servestate
             WHERE bucket_id IS NOT NULL ORDER BY serve_seq LIMIT p_depth) q;
    END IF;
END $$;

-- The same among the problems that have any of p_terms. One problem may have several of them, and head a cell
-- or bucket once for each: hence DISTINCT, and that many more heads.
CREATE FUNCTION problems_stalest_of_terms(
    p_kind smallint, p_terms text[], p_cells integer[], p_buckets bigint[], p_depth integer,
    OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_buckets IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT DISTINCT t.serve_seq, t.problem_id FROM (
                SELECT wanted, b, head.serve_seq FROM unnest(p_terms) wanted, unnest(p_buckets) b, LATERAL (
                    SELECT serve_seq FROM problems_serveterm
                     WHERE kind = p_kind AND term = wanted AND bucket_id = b ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth * cardinality(p_terms)) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_serveterm
                 WHERE kind = p_kind AND term = heads.wanted AND bucket_id = heads.b
                 ORDER BY serve_seq LIMIT p_depth) t
             ORDER BY t.serve_seq LIMIT p_depth) q;
    ELSIF p_cells IS NOT NULL THEN
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT DISTINCT t.serve_seq, t.problem_id FROM (
                SELECT wanted, c, head.serve_seq FROM unnest(p_terms) wanted, unnest(p_cells) c, LATERAL (
                    SELECT serve_seq FROM problems_serveterm
                     WHERE kind = p_kind AND term = wanted AND cell_id = c ORDER BY serve_seq LIMIT 1) head
                 ORDER BY head.serve_seq LIMIT p_depth * cardinality(p_terms)) heads, LATERAL (
                SELECT problem_id, serve_seq FROM problems_serveterm
                 WHERE kind = p_kind AND term = heads.wanted AND cell_id = heads.c
                 ORDER BY serve_seq LIMIT p_depth) t
             ORDER BY t.serve_seq LIMIT p_depth) q;
    ELSE
        SELECT array_agg(problem_id), array_agg(serve_seq) INTO ids, seqs FROM (
            SELECT DISTINCT t.serve_seq, t.problem_id FROM unnest(p_terms) wanted, LATERAL (
                SELECT problem_id, serve_seq FROM problems_serveterm
                 WHERE kind = p_kind AND term = wanted ORDER BY serve_seq LIMIT p_depth) t
             ORDER BY t.serve_seq LIMIT p_depth) q;
    END IF;
END $$;

-- The same among the problems that have one of the terms of each kind that is given, two kinds or three. All
-- kinds are in the same order, so what has been read of one need not be read of another: a few of each kind are
-- read, then many of the kind that led farthest (the rarest here), then again; until enough of them match, or
-- one kind has no more.
CREATE FUNCTION problems_stalest_of_kinds(
    p_tags text[], p_verbs text[], p_errors text[], p_cells integer[], p_buckets bigint[], p_depth integer,
    OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_few constant integer := p_depth * 8;
    v_many integer := v_few * 4;
    v_limit integer;
    v_step smallint;
    v_kind smallint;
    v_rarest smallint;
    v_terms text[];
    v_found_ids uuid[];
    v_found_seqs bigint[];
    v_read integer;
    v_from bigint;
    v_to bigint := -9223372036854775808;  -- up to here all that match are known
    v_farthest numeric;
BEGIN
    LOOP
        v_farthest := -1;
        FOREACH v_step IN ARRAY ARRAY[2, 1, 3, 0] LOOP  -- 0: the rarest
            v_kind := CASE v_step WHEN 0 THEN v_rarest ELSE v_step END;
            v_limit := CASE v_step WHEN 0 THEN v_many ELSE v_few END;
            v_terms := CASE v_kind WHEN 1 THEN p_tags WHEN 2 THEN p_verbs ELSE p_errors END;
            CONTINUE WHEN v_terms IS NULL;
            v_from := v_to;
            WITH stalest AS MATERIALIZED (
                SELECT DISTINCT t.serve_seq, t.problem_id, t.cell_id, t.bucket_id
                  FROM unnest(v_terms) wanted, LATERAL (
                    SELECT problem_id, serve_seq, cell_id, bucket_id FROM problems_serveterm
                     WHERE kind = v_kind AND term = wanted AND serve_seq > v_from
                     ORDER BY serve_seq LIMIT v_limit) t
                 ORDER BY t.serve_seq LIMIT v_limit
            ), fitting AS (  -- terms of one problem share its serve_seq: that is where the others are looked up
                SELECT problem_id, serve_seq FROM stalest
                 WHERE (p_cells IS NULL OR cell_id = ANY (p_cells))
                   AND (p_buckets IS NULL OR bucket_id = ANY (p_buckets))
                   AND (v_kind = 2 OR p_verbs IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 2 AND t.term = ANY (p_verbs) AND t.serve_seq = stalest.serve_seq)))
                   AND (v_kind = 1 OR p_tags IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 1 AND t.term = ANY (p_tags) AND t.serve_seq = stalest.serve_seq)))
                   AND (v_kind = 3 OR p_errors IS NULL OR problem_id = ANY (ARRAY(
                        SELECT t.problem_id FROM problems_serveterm t
                         WHERE t.kind = 3 AND t.term = ANY (p_errors) AND t.serve_seq = stalest.serve_seq)))
                 ORDER BY serve_seq LIMIT p_depth
            )
            SELECT (SELECT count(*) FROM stalest), (SELECT max(serve_seq) FROM stalest),
                   array_agg(problem_id), array_agg(serve_seq)
              INTO v_read, v_to, v_found_ids, v_found_seqs FROM fitting;
            ids := (ids || v_found_ids)[:p_depth];
            seqs := (seqs || v_found_seqs)[:p_depth];
            IF cardinality(ids) = p_depth OR v_read < v_limit THEN
                RETURN;
            END IF;
            IF v_to - v_from::numeric > v_farthest AND v_step > 0 THEN
                v_farthest := v_to - v_from::numeric;
                v_rarest := v_kind;
            END IF;
        END LOOP;
        v_many := v_many * 4;
    END LOOP;
END $$;

-- The p_depth stalest problems that match, stalest first; nulls when none matches.
CREATE FUNCTION problems_stalest(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[], p_depth integer, OUT ids uuid[], OUT seqs bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_kinds integer := num_nonnulls(p_tags, p_verbs, p_errors);
    v_kind smallint := CASE WHEN p_verbs IS NOT NULL THEN 2 WHEN p_tags IS NOT NULL THEN 1 ELSE 3 END;
    v_terms text[] := coalesce(p_verbs, p_tags, p_errors);
    v_cells integer[];
    v_buckets bigint[];
    v_found record;
BEGIN
    IF v_kinds > 0 AND NOT EXISTS (
        SELECT 1 FROM problems_serveterm WHERE kind = v_kind AND term = ANY (v_terms))
    THEN
        RETURN;
    END IF;
    IF p_tenses IS NOT NULL THEN
        v_buckets := problems_buckets(p_focuses, p_tenses, p_languages, p_levels);
    ELSIF num_nonnulls(p_focuses, p_languages, p_levels) > 0 THEN
        v_cells := problems_cells(p_focuses, p_languages, p_levels);
    END IF;
    IF num_nonnulls(p_focuses, p_tenses, p_languages, p_levels) > 0 AND num_nonnulls(v_cells, v_buckets) = 0 THEN
        RETURN;
    END IF;
    v_found := CASE v_kinds
        WHEN 0 THEN problems_stalest_of_all(v_cells, v_buckets, p_depth)
        WHEN 1 THEN problems_stalest_of_terms(v_kind, v_terms, v_cells, v_buckets, p_depth)
        ELSE problems_stalest_of_kinds(p_tags, p_verbs, p_errors, v_cells, v_buckets, p_depth)
    END;
    ids := v_found.ids;
    seqs := v_found.seqs;
END $$;

-- Draws the next problems, up to p_count different ones in serving order, and marks them as served. NULL
-- arguments: no filter; equal filters must be equal arguments (sorted, without duplicates).
CREATE FUNCTION problems_draw(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[], p_count integer
) RETURNS SETOF uuid LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET lock_timeout = '1s' AS $$
DECLARE
    v_filters jsonb := jsonb_build_object('grammatical_focus', p_focuses, 'tenses_used', p_tenses,
        'topic_tags', p_tags, 'target_language_code', p_languages, 'level', p_levels, 'verb', p_verbs,
        'error_type', p_errors);
    v_key text := encode(sha256(convert_to(v_filters::text, 'UTF8')), 'hex');
    v_deadline timestamptz := clock_timestamp() + interval '2 seconds';
    v_attempts integer := 0;
    v_stalest record;
    v_ids uuid[];       -- the stalest that match, in order
    v_seqs bigint[];
    v_drawn uuid[];     -- the answer so far
    v_try_ids uuid[];   -- the eligible ones in the order in which they are tried
    v_try_seqs bigint[];
    v_missing integer;
    v_start bigint;
    v_depth integer;
    v_eligible integer;
    v_window integer;
    v_new_cycle boolean;
BEGIN
    LOOP
        -- One attempt is one subtransaction. A row lock that was taken too late, on a row that somebody else
        -- has just served, would else be kept while this caller goes on looking, and several such callers
        -- block each other: so what comes to nothing is rolled back before the next attempt.
        BEGIN
            v_depth := 7 + p_count;
            v_drawn := '{}';
            v_new_cycle := false;
            -- Where few match and many draw, skipping what is locked would starve some callers: after some
            -- attempts they queue for the stalest, in the order in which they came, and rank again with it.
            IF v_attempts > 4 THEN
                PERFORM 1 FROM problems_servestate WHERE problem_id = v_ids[1] FOR NO KEY UPDATE;
            END IF;
            LOOP
                SELECT start_seq INTO v_start FROM problems_servecycle WHERE filter_key = v_key;
                v_stalest := problems_stalest(
                    p_focuses, p_tenses, p_tags, p_languages, p_levels, p_verbs, p_errors, v_depth);
                v_ids := v_stalest.ids;
                v_seqs := v_stalest.seqs;
                IF v_ids IS NULL THEN
                    EXIT;
                END IF;

                IF v_start IS NULL THEN  -- first use of this combination of filters: its first cycle begins
                    INSERT INTO problems_servecycle (filter_key, filters, start_seq)
                    VALUES (v_key, v_filters, nextval('problems_serve_counter'))
                    ON CONFLICT (filter_key) DO NOTHING;
                    IF random() < 0.001 THEN  -- now and then, so that the table stays bounded
                        PERFORM problems_forget_cycles(10000);
                    END IF;
                    CONTINUE;
                END IF;

                v_eligible := width_bucket(v_start - 1, v_seqs);  -- v_seqs ascends: how many are below v_start
                v_window := CASE
                    WHEN v_seqs[1] < 0 THEN width_bucket(-1::bigint, v_seqs)
                    WHEN cardinality(v_ids) < v_depth THEN (v_eligible + 1) / 2  -- few match: the older half
                    ELSE least(v_eligible, v_depth - 1)  -- never the most recent of those fetched
                END;
                -- weight 1/rank inside the window, the others after it
                SELECT array_agg(v_ids[k]), array_agg(v_seqs[k]) INTO v_try_ids, v_try_seqs FROM (
                    SELECT k FROM generate_series(1, v_eligible) k WHERE v_ids[k] <> ALL (v_drawn)
                     ORDER BY k > v_window, -ln(1 - random()) * k) tries;
                WHILE cardinality(v_try_ids) > 0 LOOP
                    v_missing := p_count - cardinality(v_drawn);
                    v_drawn := v_drawn || problems_claim(v_try_ids[:v_missing], v_try_seqs[:v_missing]);
                    EXIT WHEN cardinality(v_drawn) = p_count;
                    v_try_ids := v_try_ids[v_missing + 1:];
                    v_try_seqs := v_try_seqs[v_missing + 1:];
                END LOOP;
                EXIT WHEN cardinality(v_drawn) = p_count;
                IF v_eligible = v_depth THEN  -- all of them are taken: look deeper
                    v_depth := v_depth * 4;
                    CONTINUE;
                END IF;
                -- All that match are in the answer: fewer match than were asked for.
                EXIT WHEN cardinality(v_ids) < v_depth AND v_ids <@ v_drawn;

                -- Every matching problem has been, or is being, served in this cycle. One caller begins the
                -- next one; others come back when that is visible.
                IF v_new_cycle THEN
                    RAISE lock_not_available;
                END IF;
                PERFORM 1 FROM problems_servecycle WHERE filter_key = v_key AND start_seq = v_start
                    FOR NO KEY UPDATE SKIP LOCKED;
                IF NOT FOUND THEN
                    RAISE lock_not_available;
                END IF;
                UPDATE problems_servecycle SET start_seq = nextval('problems_serve_counter')
                 WHERE filter_key = v_key;
                v_new_cycle := true;
            END LOOP;
            RETURN QUERY SELECT unnest(v_drawn);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            -- Should an edit hold all that match for long: an answer that is not counted is better than none.
            IF clock_timestamp() > v_deadline THEN
                RETURN QUERY SELECT unnest(v_ids[:p_count]);
                RETURN;
            END IF;
            v_attempts := v_attempts + 1;
        END;
        PERFORM pg_sleep(0.0003 + random() * 0.001);
        BEGIN  -- until the caller that begins the next cycle is through; the lock itself is given back at once
            PERFORM 1 FROM problems_servecycle WHERE filter_key = v_key FOR SHARE;
            RAISE lock_not_available;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
END $$;

-- Whether any live problem matches.
CREATE FUNCTION problems_any_match(
    p_focuses text[], p_tenses text[], p_tags text[], p_languages text[], p_levels text[], p_verbs text[],
    p_errors text[]
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (problems_stalest(p_focuses, p_tenses, p_tags, p_languages, p_levels, p_verbs, p_errors, 1)).ids
           IS NOT NULL
$$;
