-- What a vendor tells of a batch names it by the vendor's id, and is looked up before anybody knows who has sent it.
-- Up Migration
CREATE INDEX ON jobs.vendor_batches ((vendor_batch->>'id')) WHERE state = 'submitted';
