package io.seminar.sessions;

import java.util.Optional;

/** A data set, or a file of one, that cannot be written or read. */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public DatasetException(Problem problem) {
    this(problem, null);
  }

  public DatasetException(Problem problem, Throwable cause) {
    super(problem.toString(), cause);
    this.problem = problem;
  }

  public DatasetException(String message) {
    super(message);
    this.problem = null;
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
    this.problem = null;
  }

  /**
   * Where the fault lies and what was expected; absent for failures of the machine, such as a full
   * disk.
   */
  public Optional<Problem> problem() {
    return Optional.ofNullable(problem);
  }
}
