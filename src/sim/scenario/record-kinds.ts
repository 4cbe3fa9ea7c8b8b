/**
 * Kinds of trace record that a fault's trigger can wait for, and the fields that it can ask for: `#` a number, `@` the
 * name of a process, else a text. The trace's own vocabulary (sim/trace) cannot be imported here; a test holds the two
 * together. Every record also has `entity`, the process that it is about.
 */
const FIELDS = `
produce topic key type #parent #wait
confirm topic #partition #offset #duplicate
refuse topic code #definite
append topic #partition #offset key #epoch #transaction
deliver group topic #partition #offset #generation #delivery
step step #phase group #failed code
effect effect key group @actor #attempt #generation
handled group #outcome topic #partition #offset
skipped group reason topic #partition #offset
commit group topic #partition #offset @member #generation
commitRefused group code @member #generation #current
position group topic #partition #offset reason #from
assign group topic #partition @member #generation
revoke group topic #partition @member #generation reason
database operation table key #transaction @actor #version
transaction #state #transaction @actor code
send @to #packet #verdict #rule
process #state reason #factor
fault #fault #active kind target
machine machine from event to subject #generation
member group @member change #generation code
call effect key @actor #attempt code #definite
retry topic #partition code #attempt
duplicate topic #partition #offset
source #running #made
brokerTransaction #state id #producer #epoch @actor code
marker topic #partition #offset #committed #producer #epoch
stable topic #partition #offset #highWatermark
elect topic #partition @leader #epoch #unclean #size
lead topic #partition #offset #epoch #highWatermark
isr topic #partition @replica #joined #size #epoch
highWatermark topic #partition #offset #from #epoch
truncate topic #partition #offset #from #epoch
replicate topic #partition #offset #highWatermark #epoch @leader
logStart topic #partition #offset #from reason
compacted topic #partition #offset key reason
acquire group topic #partition #offset @member #delivery
settled group topic #partition #offset @member outcome
partitions topic #partitions #from code
`;

export type RecordField = 'number' | 'process' | 'text';

function readFields(words: readonly string[]): ReadonlyMap<string, RecordField> {
  const typed = words.map((word): [string, RecordField] => {
    if (word.startsWith('#')) return [word.slice(1), 'number'];
    return word.startsWith('@') ? [word.slice(1), 'process'] : [word, 'text'];
  });
  return new Map([...typed, ['entity', 'process']]);
}

export const RECORDS: ReadonlyMap<string, ReadonlyMap<string, RecordField>> = new Map(
  FIELDS.trim()
    .split('\n')
    .map((line) => {
      const [kind = '', ...fields] = line.split(' ');
      return [kind, readFields(fields)];
    }),
);

export const RECORD_KINDS: readonly string[] = [...RECORDS.keys()];
