import '@linkyard/ui/css/tokens.css';
import '@linkyard/ui/css/base.css';
import './dashboard.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app') as HTMLElement;
target.replaceChildren();
mount(App, { target });
