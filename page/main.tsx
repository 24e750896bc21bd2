import './page.css';
document.title = 'Resilience';
