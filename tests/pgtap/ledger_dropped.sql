-- What was published from a table that is no more is forgotten by whoever drops something
-- next, and nobody who does waits for another who does (S36).
\set QUIET 1
\pset format unaligned
\pset tuples_only true
SET client_min_messages = warning;
CREATE EXTENSION dblink;
SELECT plan(3);
SELECT dblink_connect('other', format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), current_setting('port'), session_user, current_database())) \gset ignored_
INSERT INTO emgov.published_table VALUES ('987654', '987655');
CREATE TABLE ours ();
SELECT dblink_exec('other', 'BEGIN') \gset ignored_
SELECT dblink_exec('other', 'CREATE TABLE theirs (); DROP TABLE theirs') \gset ignored_
SET lock_timeout = '5s';
SELECT lives_ok('DROP TABLE ours', 'a drop beside another''s waits for nothing');
SELECT dblink_exec('other', 'ROLLBACK') \gset ignored_
SELECT is((SELECT count(*) FROM emgov.published_table), 1::bigint, 'the other''s was taken back');
CREATE TABLE ours ();
DROP TABLE ours;
SELECT is((SELECT count(*) FROM emgov.published_table), 0::bigint, 'the next forgets it');
SELECT * FROM finish();
