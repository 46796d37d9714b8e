/** A development server that announces itself; it ends with SIGTERM by itself. */
import webpack from 'webpack';
import WebpackDevServer from 'webpack-dev-server';

const entry = 'data:text/javascript,console.log(1)';
const compiler = webpack({ mode: 'development', entry, infrastructureLogging: { level: 'error' }, stats: 'none' });
const server = new WebpackDevServer(
  { port: 8088, host: '0.0.0.0', bonjour: true, client: false, hot: false },
  compiler,
);
await server.start();
process.stdout.write('started\n');
