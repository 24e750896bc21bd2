import { render } from 'preact';
import { Store } from './data/store.js';
import { App } from './view/app.js';
import './page.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App store={new Store()} />, root);
}
