/** docs/options.md: every option of every call, as the table of the readers and the docstrings have them. */
import * as domainShapes from '../../src/api/domain-shapes.js';
import * as doorShapes from '../../src/api/door-shapes.js';
import * as shapes from '../../src/api/option-shapes.js';
import type { ObjectShape } from '../../src/protocol/shape/object-reader.js';
import { type Declared, membersOf, table } from './source.js';

interface Call {
  readonly title: string;
  readonly shape: ObjectShape<never>;
  /** Where the docstrings are. */
  readonly declarations: readonly string[];
  readonly about: string;
}

function call(title: string, shape: object, declarations: readonly string[], about: string): Call {
  return { title, shape: shape as ObjectShape<never>, declarations, about };
}

const calls: readonly Call[] = [
  call('createMdns(options)', shapes.mdnsShape, ['MdnsOptions'], 'All are optional.'),
  call('mdns.publish(service)', shapes.serviceShape, ['ServiceOptions', 'PublishingDomains'], ''),
  call('service.update(changes)', shapes.changesShape, ['ServiceOptions'], 'What is not mentioned stays as it is.'),
  call(
    'service.update(changes, options)',
    doorShapes.updateShape,
    ['UpdateOptions'],
    'The options of the call itself. All are optional.',
  ),
  call('mdns.publishHost(host)', shapes.hostShape, ['HostOptions', 'PublishingDomains'], ''),
  call(
    'mdns.browse(type, options)',
    shapes.browseShape,
    ['BrowseOptions', 'DiscoverOptions'],
    'All are optional, and so is the type: without one, the service types of the network are found.',
  ),
  call('mdns.browseAll(options)', shapes.browseAllShape, ['BrowseOptions', 'ResolvingOptions'], 'All are optional.'),
  call(
    'mdns.discover(type, options)',
    shapes.discoverShape,
    ['BrowseOptions', 'WaitOptions', 'DiscoverOptions'],
    'All are optional.',
  ),
  call(
    'mdns.resolve(name, type, options)',
    shapes.resolveShape,
    ['WaitOptions', 'ResolveOptions'],
    'All are optional. `mdns.lookup(host, options)`, `mdns.query(name, type, options)` and `mdns.reverse(address, options)` have the same without `domain`.',
  ),
  call(
    'createMdns({ domains: [domain] })',
    domainShapes.domainShape,
    ['DomainOptions'],
    'A domain beyond the link; see [beyond one link](guide/domains.md).',
  ),
  call('mdns.domains(options)', domainShapes.domainsShape, ['DomainsOptions'], 'All are optional.'),
  call('mdns.watchHost(host, options)', shapes.watchHostShape, ['WatchHostOptions'], 'All are optional.'),
  call('mdns.watch(name, type, options)', doorShapes.watchShape, ['WatchOptions'], 'All are optional.'),
  call('mdns.send(message, options)', doorShapes.sendShape, ['SendOptions'], 'All are optional.'),
  call('service.whenAnnounced(options)', shapes.announcedShape, ['AnnouncedOptions'], 'All are optional.'),
  call('mdns.serveInspector(options)', shapes.serveInspectorShape, ['ServeInspectorOptions'], 'All are optional.'),
  call('mdns.inspectorHandler(options)', shapes.inspectorHandlerShape, ['InspectorHandlerOptions'], ''),
];

/** Those of `mdns-actors/xstate`, whose options are the same less what commands cannot have. */
const embedded: readonly object[] = [shapes.supervisorShape, shapes.serviceCommandShape, shapes.browseCommandShape];

export function optionsPage(): string {
  const missing = Object.entries({ ...shapes, ...doorShapes, ...domainShapes }).filter(
    ([, shape]) =>
      typeof shape === 'object' && !embedded.includes(shape) && calls.every((each) => each.shape !== shape),
  );
  if (missing.length > 0) throw new Error(`No call on the page has ${missing.map(([name]) => name).join(', ')}.`);
  return [
    '# Options',
    'Made by `npm run docs:pages` from the source. An option that is not listed is refused with `invalid-option`, and the message names the one that was probably meant; `undefined` counts as absent.',
    ...calls.flatMap(section),
  ].join('\n\n');
}

function section({ title, shape, declarations, about }: Call): string[] {
  const known = new Map(declarations.flatMap((each) => [...membersOf(each)]));
  const changes = shape === (shapes.changesShape as ObjectShape<never>);
  const rows = Object.keys(shape.fields).map((name) => {
    const declared = known.get(name);
    if (declared === undefined) throw new Error(`${declarations.join(', ')} has no ${name}.`);
    const required = (shape.required as readonly string[]).includes(name);
    return row(declared, required ? 'required' : changes ? 'as it is' : defaultOf(declared));
  });
  const foreign = Object.entries(shape.foreign ?? {}).map(([name, advice]) => `\`${name}\`: ${advice}`);
  return [
    `## ${title}`,
    ...(about === '' ? [] : [about]),
    `For example \`${shape.example}\`.`,
    table(['option', 'type', 'default', ''], rows),
    ...(foreign.length === 0 ? [] : [`Names that other packages have: ${foreign.join('; ')}.`]),
  ];
}

const DEFAULT = / ?Default: ((?:`[^`]*`|[^`])*?)\.(?= |$)/;

/** @throws Error when the docstring does not say what happens without the option */
function defaultOf({ name, text }: Declared): string {
  const found = DEFAULT.exec(text)?.[1];
  if (found === undefined) throw new Error(`The docstring of ${name} has no "Default: ...".`);
  return found;
}

function row({ name, type, text }: Declared, fallback: string): string[] {
  return [`\`${name}\``, `\`${type}\``, fallback, text.replace(DEFAULT, '').trim()];
}
