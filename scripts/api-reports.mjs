// Writes one API report per entry point to etc/, from the declarations in dist/esm; with --check it writes nothing
// and fails where a report differs from what the build says.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const project = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const manifest = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8'));

/** `.` → index, `./core` → core: the names of the reports. */
const entries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([name, target]) => ({ name: name === '.' ? 'index' : name.slice(2), types: target.import.types }));

const inReport = { logLevel: 'warning', addToApiReportFile: true };

function configOf({ name, types }) {
  return ExtractorConfig.prepare({
    packageJsonFullPath: path.join(project, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: project,
      mainEntryPointFilePath: path.join(project, types),
      compiler: { tsconfigFilePath: path.join(project, 'tsconfig.build.json') },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: path.join(project, 'etc'),
        reportTempFolder: path.join(project, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: inReport,
          // Release tags are used for what is not meant for users; everything else is public.
          'ae-missing-release-tag': { logLevel: 'none' },
          // The report marks what is undocumented; members that say it in their name need no more.
          'ae-undocumented': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: inReport },
      },
    },
  });
}

function report(entry) {
  const { apiReportChanged } = Extractor.invoke(configOf(entry), {
    localBuild: !check,
    messageCallback: (message) => {
      // Said below for all entry points at once, and that the bundled compiler is not the project's own is known.
      message.handled ||= message.messageId.startsWith('console-');
    },
  });
  return apiReportChanged;
}

fs.mkdirSync(path.join(project, 'etc'), { recursive: true });
const changed = entries.filter(report).map(({ name }) => `etc/${name}.api.md`);

if (changed.length === 0) console.log(`api: ${entries.length} reports are up to date`);
else if (!check) console.log(`api: written ${changed.join(', ')}; review them with the code`);
else {
  console.error(`api: ${changed.join(', ')} differ from the build. Run \`npm run api\`, review, commit.`);
  process.exitCode = 1;
}
