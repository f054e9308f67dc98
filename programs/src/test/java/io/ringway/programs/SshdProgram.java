package io.ringway.programs;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;

import java.nio.file.Path;

/** Apache's SSH server and client, which use asynchronous channels. */
final class SshdProgram {
    static final int PORT = 2222;

    private SshdProgram() {}

    public static void main(String[] arguments) throws Exception {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("0.0.0.0");
        server.setPort(PORT);
        server.setKeyPairProvider(
                new SimpleGeneratorHostKeyProvider(Path.of(arguments[0], "hostkey")));
        server.setPasswordAuthenticator((user, password, session) -> true);
        server.setPublickeyAuthenticator((user, key, session) -> true);
        server.setCommandFactory(new ProcessShellCommandFactory());
        server.start();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier((session, address, key) -> true);
            client.start();
            try (ClientSession session =
                    client.connect("user", Run.HOST, PORT).verify(60_000).getSession()) {
                session.addPasswordIdentity(Run.PASSWORD);
                Object _ = session.auth().verify(60_000);
                String said = session.executeRemoteCommand("echo from the command");
                Run.require(said.equals("from the command\n"), said);
            }
        }
        Run.ready();
        server.stop();
        Run.end();
    }
}
