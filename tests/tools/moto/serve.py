"""A bucket service on a free port, which is printed; requests are answered one after the other, as conditions need it."""

import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

services = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def answer(environ, start_response):
    with turn:
        return services(environ, start_response)


server = make_server("127.0.0.1", 0, answer, threaded=True)
print(server.port, flush=True)
server.serve_forever()
