/** One prerendered page a calculator. */
import { error } from '@sveltejs/kit';
import { calculatorNamed, calculators } from '#lib/calculators/calculators.ts';
import type { EntryGenerator, PageLoad } from './$types';

export const entries: EntryGenerator = () => calculators.map(({ id }) => ({ calculator: id }));

export const load: PageLoad = ({ params }) => {
  if (calculatorNamed(params.calculator) === null) error(404);
  return { id: params.calculator };
};
